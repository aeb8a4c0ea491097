import { assertEquals } from "@std/assert";
import { compareFingerprints } from "../../../compare/compare.ts";
import { drive, read, write } from "./host.ts";
import {
  BASE_OF_PLANTED,
  PLANTED_IN_CLUSTER,
  PLANTED_IN_DATABASE,
} from "./planted_in_cluster.ts";

/** The name of a copy of the database, and of its SQL: from 1, which has no loss. */
const numberOf = (copy: number) => String(copy).padStart(2, "0");

/** The fingerprint of one copy, as of a cluster that has this database alone. */
const copyOf = (test: string, copy: number) => async (name: string) => {
  if (name === "databases") return `${btoa("zoo")}\n`;
  if (name === "globals.sql") return "";
  if (name === "cluster" || name === "configuration") return undefined;
  const text = await read(
    `${test}/job-plant/fingerprint/${name.replace(/^1\./, `${copy}.`)}`,
  );
  return text?.replaceAll(`planted_${numberOf(copy)}`, "zoo");
};

/** The fingerprint of the cluster without its databases, after so many losses. */
const clusterAfter = (test: string, losses: number) => async (name: string) => {
  if (name === "databases") return "";
  return ["cluster", "globals.sql"].includes(name)
    ? await read(`${test}/job-plant/fingerprint/cluster-${losses}/${name}`)
    : undefined;
};

async function plant(test: string, to: number) {
  const losses = PLANTED_IN_DATABASE.map(([sql], index) => [
    `${numberOf(index + 2)}.sql`,
    sql.replaceAll("$DB", `planted_${numberOf(index + 2)}`),
  ]);
  const ofCluster = PLANTED_IN_CLUSTER.map(([sql], index) => [
    `cluster-${index + 1}.sql`,
    sql,
  ]);
  await write(`${test}/job-plant/plant`, {
    "base.sql": BASE_OF_PLANTED,
    ...Object.fromEntries([...losses, ...ofCluster]),
  });
  const { code, output } = await drive(["plant_losses", test, `${to}`]);
  assertEquals(code, 0, output + await read(`${test}/job-plant/plant.log`));
}

/** Plants every loss in a new cluster, one by one: the comparison must name each. */
export async function findPlantedInCluster(test: string, to: number) {
  await plant(test, to);
  const missed: unknown[] = [];
  const look = async (
    [sql, object]: readonly [string, string],
    [before, after]: readonly [
      ReturnType<typeof copyOf>,
      ReturnType<typeof copyOf>,
    ],
  ) => {
    const found = (await compareFingerprints(before, after, "checksums"))
      .map((difference) => difference.object);
    if (!found.some((it) => it.startsWith(object))) {
      missed.push({ sql, object, found });
    }
  };
  assertEquals(
    await compareFingerprints(copyOf(test, 1), copyOf(test, 1), "checksums"),
    [],
  );
  for (const [index, planted] of PLANTED_IN_DATABASE.entries()) {
    await look(planted, [copyOf(test, 1), copyOf(test, index + 2)]);
  }
  for (const [index, planted] of PLANTED_IN_CLUSTER.entries()) {
    await look(planted, [
      clusterAfter(test, index),
      clusterAfter(test, index + 1),
    ]);
  }
  assertEquals(missed, []);
}
