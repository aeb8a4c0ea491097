import { tell } from "./baseline.ts";
import type { Story } from "./story.ts";

/** The story with as little in it as still goes wrong. */
export async function shrink(story: Story): Promise<Story> {
  let shortest = story;
  for (let again = true; again;) {
    again = false;
    for (const shorter of shorterThan(shortest)) {
      if ((await tell(shorter)).length === 0) continue;
      shortest = shorter;
      again = true;
      break;
    }
  }
  return shortest;
}

function* shorterThan(story: Story): Generator<Story> {
  const { pace: _pace, sick: _sick, commit: _commit, ...plain } = story;
  if (story.pace !== undefined) yield { ...story, pace: 1 };
  const keys = Object.keys(story).length;
  if (Object.keys(plain).length < keys && story.pace !== 1) yield plain;
  for (const [index, move] of story.moves.entries()) {
    if (move === "nothing") continue;
    yield { ...story, moves: story.moves.with(index, "nothing") };
  }
  for (const index of story.troubles.keys()) {
    yield { ...story, troubles: story.troubles.toSpliced(index, 1) };
  }
}
