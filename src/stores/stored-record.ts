/**
 * The JSON that a store keeps as text. What is none goes on as it is: the service checks every record and says
 * `corrupt-record`, and a user whose row is broken can still be deleted.
 */
export function parseStoredRecord(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
