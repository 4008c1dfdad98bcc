package dev.nightjar.feature;

/** The ways of joining a view to input rows. The rows that come out are the same. */
public enum JoinWay {
  /** The view's rows are sent to every executor and looked up there; input rows stay in place. */
  BROADCAST,
  /** Input rows and the view's rows are shuffled by key, sorted by time, and merged. */
  MERGE
}
