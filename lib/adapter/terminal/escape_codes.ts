/** What a terminal understands (ECMA-48), and all of it that we ever send. */

const ESC = "\u001b[";

/** Colours that every terminal has, on dark and on light ground. */
export const COLOURS = {
  bold: "1",
  faint: "2",
  red: "31",
  green: "32",
  yellow: "33",
  cyan: "36",
} as const;

export type Colour = keyof typeof COLOURS;

export const coloured = (text: string, colour: Colour): string =>
  `${ESC}${COLOURS[colour]}m${text}${ESC}0m`;

/** To the first column, so many lines up, and nothing from there on. */
export const eraseUp = (lines: number): string =>
  `\r${lines === 0 ? "" : `${ESC}${lines}A`}${ESC}J`;

/** What follows is drawn from the top; what was there is not erased before. */
export const HOME = `${ESC}H`;
export const ERASE_LINE_END = `${ESC}K`;
export const ERASE_BELOW = `${ESC}J`;
/** A screen of its own; what was on the terminal comes back afterwards. */
export const ENTER_SCREEN = `${ESC}?1049h${ESC}?25l`;
export const LEAVE_SCREEN = `${ESC}?25h${ESC}?1049l`;
