/**
 * What the Bedrock runtime answers when it does not do what it was asked: an exception of its model,
 * with the status code that the service model gives it and the words that the service uses.
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html#API_runtime_ConverseStream_Errors
 */
export class ServiceError extends Error {
  readonly exception: ExceptionName;

  /**
   * @param exception the exception's name
   * @param message its message; the service's usual one by default
   */
  constructor(exception: ExceptionName, message: string = exceptions[exception].message) {
    super(message);
    this.name = "ServiceError";
    this.exception = exception;
  }

  get status(): number {
    return exceptions[this.exception].status;
  }
}

export type ExceptionName = keyof typeof exceptions;

/** Status codes as in the service model; messages as the service is known to word them. */
export const exceptions = {
  AccessDeniedException: {
    status: 403,
    message: "You don't have access to the model with the specified model ID.",
  },
  ExpiredTokenException: {
    status: 403,
    message: "The security token included in the request is expired",
  },
  UnrecognizedClientException: {
    status: 403,
    message: "The security token included in the request is invalid.",
  },
  MissingAuthenticationTokenException: { status: 403, message: "Missing Authentication Token" },
  ResourceNotFoundException: {
    status: 404,
    message: "Could not resolve the foundation model from the provided model identifier.",
  },
  UnknownOperationException: { status: 404, message: "Unknown operation" },
  ModelTimeoutException: {
    status: 408,
    message:
      "The request took too long to process. Processing time exceeded the model timeout length.",
  },
  RequestEntityTooLargeException: { status: 413, message: "The request is too large." },
  ModelErrorException: {
    status: 424,
    message: "The request failed due to an error while processing the model.",
  },
  ModelStreamErrorException: {
    status: 424,
    message: "An error occurred while streaming the response. Retry your request.",
  },
  ThrottlingException: {
    status: 429,
    message: "Too many requests, please wait before trying again.",
  },
  ModelNotReadyException: {
    status: 429,
    message: "Model is not ready for inference. Wait and try your request again.",
  },
  ServiceQuotaExceededException: {
    status: 400,
    message: "Your request exceeds the service quota for your account.",
  },
  SerializationException: { status: 400, message: "The request body is not valid JSON." },
  ValidationException: { status: 400, message: "The request is not valid." },
  InternalServerException: {
    status: 500,
    message:
      "The system encountered an unexpected error during processing. Try your request again.",
  },
  ServiceUnavailableException: {
    status: 503,
    message: "Bedrock is unable to process your request.",
  },
} as const;

/** The exceptions that may also arrive as an event in the middle of a stream. */
export const streamExceptions = [
  "InternalServerException",
  "ModelStreamErrorException",
  "ValidationException",
  "ThrottlingException",
  "ServiceUnavailableException",
] as const satisfies readonly ExceptionName[];

/**
 * The service's refusal of a model that only inference profiles reach.
 *
 * @param modelId as the caller gave it
 */
export function onDemandNotSupported(modelId: string): ServiceError {
  return new ServiceError(
    "ValidationException",
    `Invocation of model ID ${modelId} with on-demand throughput isn’t supported. Retry your request with the ID or ARN of an inference profile that contains this model.`,
  );
}
