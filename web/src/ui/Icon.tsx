/** The icons of the client, drawn on a grid of 24 units with lines of 2. */

const PATHS = {
  home: "M4 11l8-7 8 7v9a1 1 0 0 1-1 1h-4v-6H9v6H5a1 1 0 0 1-1-1z",
  count: "M12 4a2 2 0 1 0 0 4 2 2 0 0 0 0-4M5 12l7-2 7 2M12 10v6M12 16l-4 5M12 16l4 5",
  workout: "M4 10v4M7 7v10M17 7v10M20 10v4M7 12h10",
  progress: "M4 19V5M4 19h16M8 15l4-5 3 3 5-6",
  settings: "M4 7h10M18 7h2M4 17h2M10 17h10M16 5v4M8 15v4",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  check: "M5 13l4 4L19 7",
  close: "M6 6l12 12M18 6L6 18",
  trash: "M5 7h14M10 7V5h4v2M7 7l1 13h8l1-13",
  camera: "M4 8h3l2-3h6l2 3h3v11H4zM12 10a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7",
  switch: "M4 12a8 8 0 0 1 14-5l2 2M20 4v5h-5M20 12a8 8 0 0 1-14 5l-2-2M4 20v-5h5",
  play: "M8 5l11 7-11 7z",
  stop: "M7 7h10v10H7z",
  sound: "M5 10v4h3l4 4V6L8 10zM16 9a4 4 0 0 1 0 6",
  mute: "M5 10v4h3l4 4V6L8 10zM16 10l4 4M20 10l-4 4",
  clock: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16M12 8v4l3 2",
  flame: "M12 3c1 4 5 5 5 10a5 5 0 0 1-10 0c0-2 1-3 2-4 0 2 1 3 2 3 0-3-1-5 1-9",
  trophy: "M8 4h8v5a4 4 0 0 1-8 0zM8 5H5c0 3 1 5 3 5M16 5h3c0 3-1 5-3 5M12 13v4M9 20h6M10 17h4",
  up: "M12 19V5M6 11l6-6 6 6",
  down: "M12 5v14M6 13l6 6 6-6",
  back: "M15 5l-7 7 7 7",
  next: "M9 5l7 7-7 7",
  import: "M12 4v11M7 10l5 5 5-5M5 20h14",
  export: "M12 15V4M7 9l5-5 5 5M5 20h14",
  edit: "M5 19l1-4L16 5l3 3L9 18z",
  offline:
    "M4 4l16 16M7 12a7 7 0 0 1 3-2M14 10a7 7 0 0 1 3 2M10 16a3 3 0 0 1 4 0M4 9a12 12 0 0 1 4-2M12 6a12 12 0 0 1 8 3",
} as const;

export type IconName = keyof typeof PATHS;

/** An icon for the eye only: the text beside it says the same. */
export function Icon({ name, size = 24 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
