import { assert, assertEquals } from "@std/assert";
import type { Host } from "../../lib/port/host.ts";

/** What every `Host` does, the fake one as the real one. */
export function hostContract(label: string, make: () => Host): void {
  Deno.test(`Host, ${label}: time goes on`, async () => {
    const host = make();
    const before = host.now();
    await host.sleep(50);
    const after = host.now();
    assert(before.boot !== "");
    assertEquals(after.boot, before.boot);
    assert(after.ms - before.ms >= 40, `${before.ms} and ${after.ms}`);
    assert(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(before.at));
    assert(after.at >= before.at);
    assert(Number.isSafeInteger(after.ms));
  });

  Deno.test(`Host, ${label}: nobody has asked to stop`, () => {
    assertEquals(make().stopAsked, undefined);
  });
}
