import { testCases } from "../../../../tests/sample/firing.ts";
import { samplePlanTo18 } from "../../../../tests/sample/plan.ts";
import type { EditPlan } from "../../../configuration/find.ts";

const unplaced = (words: readonly string[]): EditPlan => ({
  kind: "unplaced",
  problem: "It is set in several places",
  candidates: words.map((it) => ({ text: it, changes: [], diff: "" })),
  byHand: ['services.db.tag = "17";', "services.db.dir = x;"],
  rebuild: "",
});

testCases([
  {
    check: "switch",
    settings: { switch: "nixos" },
    facts: {
      to: samplePlanTo18().to,
      editPlan: {
        kind: "placed",
        found: "/etc/nixos/db.nix:3 services.db.tag",
        rebuild: "",
        git: "",
        changes: [],
        diff: "",
      },
    },
    level: "ok",
    found:
      "/etc/nixos/db.nix:3 services.db.tag; the mount moves from /var/lib/postgresql/data to /var/lib/postgresql",
  },
  {
    check: "switch",
    settings: { switch: "nixos" },
    facts: {
      editPlan: {
        kind: "placed",
        found: "/etc/nixos/db.nix:3 services.db.tag",
        rebuild: "",
        git: "",
        changes: [],
        diff: "",
        pending: ["a.service", "b.service", "c.service", "d.service"],
      },
    },
    level: "warn",
    found:
      "/etc/nixos/db.nix:3 services.db.tag; the rebuild changes more: a.service, b.service, c.service and 1 more",
    remedy:
      "Rebuild first and look that all is well: what fails then is not the upgrade",
  },
  {
    check: "switch",
    settings: { switch: "nixos" },
    facts: { editPlan: unplaced(["a.nix:1 b.c", "d.nix:2 e.f"]) },
    level: "refuse",
    found: "It is set in several places: a.nix:1 b.c, d.nix:2 e.f",
    remedy:
      'Name it with --nix-option or --nix-file. Use --switch manual, and write when it asks: services.db.tag = "17"; and services.db.dir = x;',
  },
  {
    check: "switch",
    settings: { switch: "quadlet" },
    facts: { editPlan: unplaced([]) },
    level: "refuse",
    found: "It is set in several places",
    remedy:
      'Use --switch manual, and write when it asks: services.db.tag = "17"; and services.db.dir = x;',
  },
]);
