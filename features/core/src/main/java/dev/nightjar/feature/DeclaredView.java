package dev.nightjar.feature;

/**
 * A feature view as its file has it: the rule with the place of the table, and what else is said.
 */
public record DeclaredView(FeatureView view, ViewCard card) {}
