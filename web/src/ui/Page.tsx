/** The frame of a page: its title, which the browser's tab shows too, and its content. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

type PageProps = {
  readonly title: string;
  readonly back?: { readonly href: string; readonly label: string };
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
};

export function Page({ title, back, actions, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Exercise Buddy`;
  }, [title]);
  // Screen readers begin to read here after a navigation.
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <>
      {back && (
        <a class="back" href={back.href}>
          ‹ {back.label}
        </a>
      )}
      <header class="page-header">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {actions && <div class="actions">{actions}</div>}
      </header>
      {children}
    </>
  );
}

type CardProps = { readonly title?: string; readonly children: ComponentChildren; readonly class?: string };

export function Card({ title, children, class: name = "" }: CardProps) {
  return (
    <section class={`card ${name}`}>
      {title && <h2>{title}</h2>}
      {children}
    </section>
  );
}

type StatProps = { readonly label: string; readonly value: string; readonly note?: string | undefined };

/** One number of a dashboard with its label. */
export function Stat({ label, value, note }: StatProps) {
  return (
    <div class="stat">
      <span class="stat-label">{label}</span>
      <strong class="stat-value">{value}</strong>
      {note && <span class="stat-note">{note}</span>}
    </div>
  );
}
