import { fact } from "../engine/fact.ts";
import { fileFact } from "../engine/file.ts";
import { defineRole } from "../engine/operation.ts";
import { sh } from "../engine/shell-script.ts";
import { layout, reloadClient, reloadServer } from "./layout.ts";
import { serviceHandlers } from "./services-role.ts";

/**
 * The release before the current one. Going back once more returns to where one came from: what was
 * current becomes the one before.
 */
export function rollbackRole() {
  return defineRole({
    name: "rollback",
    facts: {
      current: fileFact(layout.current),
      previous: fileFact(layout.previous),
      isWhole: fact(sh`[ -e ${`${layout.previous}/.complete`} ] && echo yes`, (output) =>
        output.startsWith("yes"),
      ),
    },
    operations: [
      {
        name: "the release before is the current one",
        isAction: true,
        notifies: [reloadServer, reloadClient],
        decide: ({ current, previous, isWhole }) => {
          if (previous === null || !isWhole || previous.content === current?.content) {
            return {
              kind: "refused",
              message: "There is no release to go back to",
              hint: "The host keeps the last three, from the second make bootstrap on.",
            };
          }
          return {
            kind: "change",
            because: `from ${current?.content ?? "none"} to ${previous.content}`,
            command: sh`set -eu
before=$(readlink ${layout.current})
ln -sfn ${previous.content} ${`${layout.current}.new`}
mv -fT ${`${layout.current}.new`} ${layout.current}
ln -sfn "$before" ${`${layout.previous}.new`}
mv -fT ${`${layout.previous}.new`} ${layout.previous}`,
          };
        },
      },
    ],
    handlers: serviceHandlers(),
  });
}
