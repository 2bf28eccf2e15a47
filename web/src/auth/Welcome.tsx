/** The head of the pages for people who are not signed in: what this is, in one sentence. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import "./auth.css";

type WelcomeProps = { readonly title: string; readonly children?: ComponentChildren };

export function Welcome({ title, children }: WelcomeProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Exercise Buddy`;
  }, [title]);
  // Screen readers begin to read here after a navigation.
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <header class="welcome">
      <img src="/icon.svg" alt="" width="56" height="56" />
      <span class="brand-name">Exercise Buddy</span>
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      {children && <p>{children}</p>}
    </header>
  );
}
