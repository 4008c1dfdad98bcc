package dev.nightjar.run;

import dev.nightjar.bundle.UntrustedBundleException;
import dev.nightjar.certificate.DamagedSampleException;
import dev.nightjar.config.ConfigurationException;
import dev.nightjar.feature.FeatureStoreException;
import dev.nightjar.feature.spark.TableException;
import dev.nightjar.registry.RegistryException;
import dev.nightjar.sink.SinkException;

/** How a run ended, as the shell sees it. */
public enum ExitCode {
  /** The result is published and durable. */
  PUBLISHED(0),
  /** Something broke; nothing is published. */
  FAILED(1),
  /** The command line or the configuration is wrong; nothing was done. */
  USAGE(2),
  /** A limit or gate refused; nothing is published. */
  REFUSED(3),
  /** A newer attempt has taken over; its result stands. */
  SUPERSEDED(4),
  /** Whether the result is published cannot be told now; {@code nightjar runs} can tell later. */
  UNKNOWN(5);

  private final int code;

  ExitCode(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  /** The exit code of a failure. */
  public static ExitCode of(Throwable failure) {
    if (failure instanceof ConfigurationException || failure instanceof PreflightException) {
      return USAGE;
    }
    if (failure instanceof RefusedException
        || failure instanceof DamagedSampleException
        || failure instanceof SinkException.Misfit
        || failure instanceof UntrustedBundleException) {
      return REFUSED;
    }
    if (failure instanceof RegistryException registry) {
      return switch (registry.kind()) {
        case UNKNOWN -> USAGE;
        case REFUSED -> REFUSED;
        case OVERTAKEN -> SUPERSEDED;
        case FAILED -> FAILED;
      };
    }
    if (failure instanceof TableException table && table.isMisdeclared()) {
      return USAGE;
    }
    if (failure instanceof FeatureStoreException store) {
      return switch (store.kind()) {
        case REFUSED -> USAGE;
        case BUSY -> SUPERSEDED;
        case DOWN, FAILED -> FAILED;
      };
    }
    return failure instanceof UnknownOutcomeException ? UNKNOWN : FAILED;
  }
}
