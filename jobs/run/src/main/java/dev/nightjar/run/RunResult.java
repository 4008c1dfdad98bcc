package dev.nightjar.run;

import dev.nightjar.result.Manifest;
import dev.nightjar.result.RunRecord;
import java.util.Optional;

/**
 * How a run ended.
 *
 * @param exit what the shell is told
 * @param record what was recorded
 * @param manifest of the published attempt; empty when nothing was published
 * @param failure what ended the run; empty when it came to its end
 */
public record RunResult(
    ExitCode exit, RunRecord record, Optional<Manifest> manifest, Optional<Failure> failure) {}
