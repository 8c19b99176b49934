// Colours of the map: those of Okabe and Ito, as in the pictures of a walk.

export const COLOURS = {
  ink: "#222222",
  faint: "#8a8780",
  route: "#f5f1e6",
  fence: "#6d6a62",
  held: "#009e73",
  asked: "#e69f00",
  shell: "#d55e00",
  person: "#0072b2",
  other: "#56b4e9",
  aircraft: "#f0e442",
} as const;

export const AREA_COLOURS: Record<string, string> = {
  mines: "#d55e00",
  no_go: "#cc79a7",
  hazard: "#e69f00",
  cover: "#56b4e9",
  own_position: "#009e73",
};

/** On the timeline of a record, dark ink upon them; their names stand beside where there is room. */
export const PHASE_COLOURS: Record<string, string> = {
  watch: "#9aa38f",
  offered: "#f0e442",
  discerned: "#e8d9a0",
  parley: "#e69f00",
  lead: "#33b38a",
  wait: "#8ccdf0",
  cover: "#f0803c",
  reacquire: "#e79ac0",
  relay: "#d9a2d0",
  stay: "#b7dcae",
  reception: "#5f9fd0",
  closed: "#6d7466",
};
