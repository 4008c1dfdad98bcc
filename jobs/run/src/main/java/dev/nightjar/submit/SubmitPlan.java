package dev.nightjar.submit;

import dev.nightjar.run.JobRunner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The line that starts a run on a cluster.
 *
 * @param environment what is set for it, beside the environment of this process
 * @param command its words
 * @param notes what the user should know, one sentence each
 */
public record SubmitPlan(
    Map<String, String> environment, List<String> command, List<String> notes) {
  /** The option of the command line that shows the log and where an error came from. */
  public static final String VERBOSE = "--verbose";

  /** The system property by which the distribution's Log4j configuration knows what to show. */
  public static final String LOG = "nightjar.log";

  /** The value of {@link #LOG} that shows more than warnings. */
  public static final String LOG_VERBOSE = "verbose";

  private static final String MAIN = "dev.nightjar.cli.Main";
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");
  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]");

  /**
   * What to submit.
   *
   * @param distribution whose jars it takes
   * @param start how spark-submit is started
   * @param master as Spark names it
   * @param driverMemory the driver's heap, such as {@code 2g}
   * @param executors what executors are to be like
   * @param settings of the user
   * @param submission a name that no other submission has
   * @param arguments of the command line on the driver, {@code run} first
   */
  public record Request(
      Distribution distribution,
      SparkStart start,
      String master,
      String driverMemory,
      Executors executors,
      UserSettings settings,
      String submission,
      List<String> arguments) {
    public Request {
      ContainerMemory.mebibytes(driverMemory);
      arguments = List.copyOf(arguments);
    }
  }

  public SubmitPlan {
    command = List.copyOf(command);
    notes = List.copyOf(notes);
  }

  /** The plan for a request. */
  public static SubmitPlan of(Request request) {
    List<String> command = new ArrayList<>();
    if (request.start() instanceof SparkStart.Script script) {
      addScript(command, request, script);
    } else if (request.start() instanceof SparkStart.Plain plain) {
      addPlain(command, request, plain);
    }
    command.addAll(List.of("--master", request.master(), "--deploy-mode", "client"));
    command.addAll(List.of("--class", MAIN));
    command.add("--jars");
    command.add(
        request.distribution().jars().stream()
            .map(Path::toString)
            .collect(Collectors.joining(",")));
    settings(request)
        .forEach(
            (key, value) -> {
              command.add("--conf");
              command.add(key + "=" + value);
            });
    command.add(request.distribution().commandLine().toString());
    command.addAll(request.arguments());
    return new SubmitPlan(environment(request), command, request.settings().notes());
  }

  private static void addScript(List<String> command, Request request, SparkStart.Script script) {
    command.add(script.script().toString());
    command.addAll(List.of("--driver-memory", request.driverMemory()));
    command.addAll(List.of("--driver-java-options", String.join(" ", driverOptions(request))));
  }

  /** In client mode this JVM is the driver, so its options must be there from the start. */
  private static void addPlain(List<String> command, Request request, SparkStart.Plain plain) {
    command.add(plain.java().toString());
    command.add("-Xmx" + request.driverMemory());
    command.addAll(plain.moduleFlags());
    command.addAll(driverOptions(request));
    command.addAll(List.of("-cp", plain.jars() + "/*", "org.apache.spark.deploy.SparkSubmit"));
  }

  private static List<String> driverOptions(Request request) {
    List<String> options = new ArrayList<>();
    options.add("-Dfile.encoding=UTF-8");
    options.add("-Dlog4j2.configurationFile=" + request.distribution().log4j());
    if (request.arguments().contains(VERBOSE)) {
      // spark-submit logs before the command line is read.
      options.add("-D" + LOG + "=" + LOG_VERBOSE);
    }
    options.add("-Dnightjar.home=" + request.distribution().home());
    options.add("-D" + JobRunner.SUBMISSION + "=" + request.submission());
    // One driver's natives are unpacked before any executor of its run needs them.
    request
        .executors()
        .nativeCache()
        .ifPresent(cache -> options.add("-Dorg.bytedeco.javacpp.cachedir=" + cache));
    String users = request.settings().options(UserSettings.DRIVER_OPTIONS, "").strip();
    if (!users.isEmpty()) {
      options.addAll(Arrays.asList(users.split("\\s+")));
    }
    return options;
  }

  private static Map<String, String> settings(Request request) {
    Map<String, String> settings =
        new LinkedHashMap<>(request.executors().settings(request.master()));
    settings.putAll(request.settings().values());
    settings.remove(UserSettings.DRIVER_OPTIONS);
    settings.put(
        UserSettings.EXECUTOR_OPTIONS,
        request
            .settings()
            .options(UserSettings.EXECUTOR_OPTIONS, request.executors().javaOptions()));
    return settings;
  }

  private static Map<String, String> environment(Request request) {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("OMP_NUM_THREADS", "1");
    if (request.start() instanceof SparkStart.Plain) {
      // The script finds it out by itself.
      environment.put("SPARK_SCALA_VERSION", "2.13");
    }
    if (isOnThisHost(request.master())) {
      environment.put("SPARK_LOCAL_IP", "127.0.0.1");
      environment.put("SPARK_LOCAL_HOSTNAME", "localhost");
    }
    return environment;
  }

  /** Whether all of the cluster is on this host, so that nobody else need reach the driver. */
  private static boolean isOnThisHost(String master) {
    String lower = master.toLowerCase(Locale.ROOT);
    if (lower.startsWith("local")) {
      return true;
    }
    return lower.startsWith("spark://")
        && Arrays.stream(lower.substring("spark://".length()).split(","))
            .map(address -> address.replaceFirst(":[0-9]+$", ""))
            .allMatch(LOOPBACK::contains);
  }

  /** The line as it can be typed into a POSIX shell. */
  public String shellLine() {
    List<String> words = new ArrayList<>();
    environment.forEach((name, value) -> words.add(name + "=" + quoted(value)));
    command.forEach(word -> words.add(quoted(word)));
    return String.join(" ", words);
  }

  private static String quoted(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  /** The value that Spark gets for a setting; empty when the line does not set it. */
  public Optional<String> setting(String key) {
    return command.stream()
        .filter(word -> word.startsWith(key + "="))
        .map(word -> word.substring(key.length() + 1))
        .findFirst();
  }
}
