/** Admission plans: what a breaker tells the routing decision, as data. */
export { type Admission, type AdmissionPlan, admit, type OpenPlan } from "./plan.ts";
