/** What an audit comes to, as a sentence. Throws with the names of what has a high or critical finding. */
export function judgeAudit(text: string): string;
