package dev.nightjar.registry;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;

/**
 * What reading all of a registry came to.
 *
 * @param versions how many were read with all their files
 * @param aliases how many were followed
 * @param problems what cannot be used as it is, one sentence each
 * @param leftovers what processes that died, or are at work, have left; it is in nobody's way
 */
public record Verification(
    int versions, int aliases, List<String> problems, List<String> leftovers) {
  public Verification {
    problems = List.copyOf(problems);
    leftovers = List.copyOf(leftovers);
  }

  /** Whether everything can be used. */
  @JsonIgnore
  public boolean isSound() {
    return problems.isEmpty();
  }

  /** All of it as one line of JSON. */
  public String json() {
    return SealedJson.line(this);
  }
}
