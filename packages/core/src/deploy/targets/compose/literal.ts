/** Text that Compose keeps as it is: a dollar sign would begin a variable. */
export function literal(text: string): string {
  return text.replaceAll("$", "$$$$");
}
