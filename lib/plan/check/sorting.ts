import { type Check, ok, refuse, warn } from "./check.ts";

export const sorting: Check = {
  name: "sorting",
  about:
    "both images' C libraries sort text in one way, or the rows are loaded",
  worst: "refuse",
  remedy: "use --method dump, or an image on the same base",
  major: true,
  look({ from, libcs, to }, { method }) {
    const [old, its] = [libcs.from, libcs.to].map((it) => it.split(" ")[0]);
    if (old === its) return ok(`by ${libcs.to}`);
    const found = `${from.reference} is of ${old}, ${to.reference} of ${its}`;
    return method === "pg_upgrade"
      ? refuse(
        `${found}: every index on text would be wrong`,
        "Use --method dump, which builds each index again",
      )
      : warn(
        `${found}, which sorts text otherwise`,
        "Indexes are built again; look at what relies on the order of text: ORDER BY, partitions by range of text",
      );
  },
};
