/** What was noticed about a set that was counted. */
import { Card } from "../ui/Page";
import type { Counted } from "./protocol";

/** What was noticed about the set: range, tempo, sides. */
export function Findings({ counted }: { readonly counted: Counted }) {
  const texts = [...new Set(counted.judgements.map(({ text }) => text))];
  if (texts.length === 0) return null;
  return (
    <Card title="What we noticed">
      <ul>
        {texts.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </Card>
  );
}
