// Drawn by tools/draw_page_types.py from safeconduct/station/page. Change it there.

export type Acknowledge = {
  kind: "acknowledge";
  number?: number;
  unit: string;
  minutes: number;
};

export type ActionShown = {
  name: string;
  decision: Decision;
  option: string;
  press: "confirm" | "hold" | "press";
  locked: string;
  track: number | null;
  needs_picture: boolean;
  needs_reason: boolean;
};

export type AircraftShown = {
  name: string;
  position: Enu;
  heading_deg: number;
  mode: string;
  armed: boolean;
  not_ours: string;
  battery_pct: number;
  battery_low: boolean;
  lasts_s: number | null;
  needs_s: number | null;
  link_ok: boolean;
  link_age_s: number;
};

export type Answered = {
  kind: "answered";
  to: number;
  ok: boolean;
  words: string;
};

export type Area = {
  name: string;
  role: string;
  ring: Enu[];
  radius_m: number;
  margin_m: number | null;
  sees_m: number;
};

export type BatteryShown = {
  from_m: number;
  to_m: number;
  begins_s: number;
  ends_s: number;
  at: string;
  place: [number, number] | null;
};

export type BodyShown = {
  track: number;
  box: [number, number, number, number];
  posture: Posture;
  cannot_tell: boolean;
  joints: ([number, number, number])[];
  gestures: GestureShown[];
  error: Ellipse | null;
  doubtful: boolean;
};

export type CoverShown = {
  number: number;
  name: string;
  at_m: number;
  off_m: number;
  seconds: number;
  place: [number, number];
  on_way: [number, number];
};

export type Decide = {
  kind: "decide";
  number?: number;
  decision: Decision;
  proposal?: number;
  option?: string;
  track?: number | null;
  position?: [number, number, number] | null;
  reason?: string;
};

export type Decision = "accept_offer" | "answer" | "approve_route" | "ask" | "close" | "confirm_person" | "confirm_picked_up" | "launch" | "lead" | "no_fire_heard" | "pilot" | "receiver_heard" | "release_note" | "report_impact" | "return_home" | "say" | "select_person" | "show" | "stay" | "stop" | "take_back";

export type Ellipse = [number, number, number];

export type Enu = [number, number, number];

export type FireShown = {
  name: string;
  place: [number, number];
  reach_m: number;
  assumed: boolean;
};

export type GestureShown = {
  name: string;
  held_s: number;
  long_enough: boolean;
};

export type GroundShown = {
  tiles: TilesShown | null;
  relief: TilesShown | null;
};

export type Hello = {
  kind: "hello";
  who: string;
  simulated: boolean;
  software: string;
  protocol: number;
  replayed: boolean;
  languages: ([string, string])[];
  role: Role;
};

export type Invite = {
  kind: "invite";
  number?: number;
  role: Role;
};

export type Lease = {
  kind: "lease";
  number?: number;
  want: "give" | "keep" | "take";
};

export type LeaseShown = {
  holder: string;
  simulated: boolean;
  asks: string;
  stations: number;
  speed: number | null;
};

export type Mark = {
  clock_s: number;
  what: "alarm" | "decision" | "impact" | "phase" | "signal";
  words: string;
};

export type NextStep = {
  name: string;
  words: string;
};

export type NoFireShown = {
  state: "asked" | "held" | "lost" | "none" | "over";
  unit: string;
  left_s: number;
  centre: Enu | null;
  radius_m: number;
  why: string;
};

export type Now = {
  kind: "now";
  t_ns: number;
  clock_s: number;
  phase: Phase;
  phase_age_s: number;
  protected: boolean;
  stopped: string;
  next_step: NextStep;
  questions: QuestionShown[];
  actions: ActionShown[];
  failing: string[];
  aircraft: AircraftShown;
  person: PersonShown | null;
  others: OtherShown[];
  no_fire: NoFireShown;
  note: string;
  showing: Signal | null;
  showing_words: string;
  route_m: number;
  approved: boolean;
  picture_ok: boolean;
  picture_age_s: number;
  impacts: Enu[];
  record: RecordShown;
  lease: LeaseShown;
  outcome: Outcome | null;
  way: Enu[];
  new_way: Enu[];
  dangers: Area[];
  signs: SignShown[];
  reception: ReceptionShown | null;
};

export type OptionShown = {
  key: string;
  words: string;
  press: "confirm" | "hold" | "press";
  shows: Signal | null;
  locked: string;
};

export type OtherShown = {
  track: number;
  position: Enu;
  seen_age_s: number;
};

export type Outcome = "handed_over" | "in_custody" | "led_out" | "left_with_care" | "lost";

export type Pace = {
  kind: "pace";
  number?: number;
  speed: number;
};

export type PersonShown = {
  track: number;
  position: Enu;
  posture: Posture;
  pace_mps: number;
  still_s: number;
  seen_age_s: number;
  progress_m: number;
  candidate: number | null;
  error: Ellipse | null;
};

export type Phase = "closed" | "cover" | "discerned" | "lead" | "offered" | "parley" | "reacquire" | "reception" | "relay" | "stay" | "wait" | "watch";

export type PhaseSpan = {
  from_s: number;
  phase: Phase;
};

export type PictureHead = {
  kind: "picture";
  t_ns: number;
  number: number;
  codec: "h264" | "jpeg";
  key: boolean;
  width: number;
  height: number;
  bodies: BodyShown[];
};

export type PlanFault = {
  what: string;
  mend: string;
  features: number[];
  place: string;
};

export type PlanPriced = {
  way: WayShown | null;
  fault: PlanFault | null;
};

export type PlanSaved = {
  ok: boolean;
  file: string;
  plan: string;
  fault: PlanFault | null;
  changed: boolean;
  no_way: string;
};

export type PlanSheet = {
  plan: string;
  file: string;
  saved: boolean;
  has_terrain: boolean;
  ground: GroundShown;
  pace_mps: number;
  persons: number;
  endurance_min: number;
  software: string;
  fault: string;
};

export type PlanWish = {
  plan: string;
  pace_mps?: number;
  persons?: number;
  endurance_min?: number;
  over?: boolean;
};

export type Point = {
  kind: "point";
  number?: number;
  box: [number, number, number, number];
};

export type Posture = "crawling" | "crouched" | "kneeling" | "motionless" | "prone" | "sitting" | "standing" | "uncertain" | "walking";

export type QuestionShown = {
  proposal: number;
  decision: Decision;
  words: string;
  options: OptionShown[];
  track: number | null;
  topic: string;
  age_s: number;
  needs_picture: boolean;
};

export type Ready = {
  kind: "ready";
  number?: number;
  unit: string;
};

export type Received = {
  kind: "received";
  number?: number;
  unit: string;
  persons: number;
  condition?: string;
};

export type ReceptionShown = {
  persons: number;
  distance_m: number;
  eta_s: number | null;
  state: string;
  ready: string;
  has_him: string;
  laid_down: boolean;
  bring: string[];
};

export type RecordShown = {
  entries: number;
  trouble: string;
};

export type Report = {
  kind: "report";
  number?: number;
  what: "fire" | "mines" | "no_go";
  position: [number, number];
  radius_m: number;
};

export type Revoke = {
  kind: "revoke";
  number?: number;
  name: string;
};

export type Role = "commander" | "operator" | "reception" | "second_pilot" | "watcher";

export type Said = {
  kind: "said";
  lines: SaidLine[];
  anew: boolean;
};

export type SaidLine = {
  number: number;
  clock_s: number;
  who: string;
  words: string;
  weight: string;
};

export type Scenery = {
  kind: "scenery";
  name: string;
  anchor_lat_deg: number;
  anchor_lon_deg: number;
  metres_per_degree: [number, number];
  start: Enu;
  reception: Enu;
  route: Enu[];
  fence: Enu[];
  areas: Area[];
  shade: Shade | null;
  ground: GroundShown | null;
};

export type Seek = {
  kind: "seek";
  number?: number;
  clock_s: number;
};

export type Shade = {
  address: string;
  west_m: number;
  east_m: number;
  south_m: number;
  north_m: number;
};

export type SignShown = {
  track: number;
  sign: number;
  address: string;
  on_ground: boolean;
  advice: string;
  hint: string;
  sure: number;
};

export type Signal = "attend" | "cover" | "follow" | "here" | "identify" | "no" | "not_understood" | "stop" | "trace" | "wait" | "yes";

export type StationShown = {
  name: string;
  role: Role;
  open: number;
  local: boolean;
  ended: string;
};

export type Stations = {
  kind: "stations";
  shared: string;
  fingerprint: string;
  codes: number;
  stations: StationShown[];
};

export type TilesShown = {
  address: string;
  form: "raster" | "vector";
  min_zoom: number;
  max_zoom: number;
  bounds: [number, number, number, number];
  attribution: string;
  layers: string[];
};

export type Timeline = {
  kind: "timeline";
  length_s: number;
  known_s: number;
  phases: PhaseSpan[];
  marks: Mark[];
  film: boolean;
  differs: string;
};

export type Watch = {
  kind: "watch";
  number?: number;
  codec: "h264" | "jpeg";
};

export type WayShown = {
  line: ([number, number])[];
  exposed: (([number, number])[])[];
  low: (([number, number])[])[];
  low_m: ([number, number])[];
  covers: CoverShown[];
  batteries: BatteryShown[];
  fire: FireShown[];
  length_m: number;
  exposed_m: number;
  seconds: number;
  price: number;
  longest_m: number;
  tolerance_m: number;
  climb_m: number;
  drawn: boolean;
  warnings: string[];
  took_s: number;
};

export type Told = Hello | Scenery | Said | Now | Answered | Timeline | Stations;
export type Heard = Decide | Point | Report | Lease | Pace | Seek | Ready | Received | Acknowledge | Invite | Revoke;
