package dev.nightjar.transform;

/** What a slot holds for each row; beside it, a row may be null. */
public enum Kind {
  DOUBLE,
  FLOAT,
  INT,
  LONG,
  BOOLEAN,
  TEXT
}
