package dev.nightjar.job;

import dev.nightjar.config.Problem;
import dev.nightjar.config.Suggestion;
import dev.nightjar.schedule.Gate;
import dev.nightjar.schedule.Schedule;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What jobs of a project do to each other, which the file of none of them shows alone. */
public final class JobsTogether {
  private final Project project;
  private final Map<String, Job> jobs = new TreeMap<>();

  /**
   * @param jobs the sound ones of the project
   */
  public JobsTogether(Project project, Collection<Job> jobs) {
    this.project = project;
    jobs.forEach(job -> this.jobs.put(job.name(), job));
  }

  /** What is wrong, by the job in whose file it is to be mended. */
  public Map<String, List<Problem>> problems() {
    Map<String, List<Problem>> problems = new TreeMap<>();
    outputs(problems);
    upstreams(problems);
    circles(problems);
    return problems;
  }

  /** Results lie by interval alone: of two jobs in one place, each would hide the other's. */
  private void outputs(Map<String, List<Problem>> problems) {
    Map<String, String> owners = new TreeMap<>();
    Map<String, String> tables = new TreeMap<>();
    for (Job job : jobs.values()) {
      String path = project.resolved(job.output().path().text()).replaceAll("/+$", "");
      String owner = owners.putIfAbsent(path, job.name());
      if (owner != null) {
        add(
            problems,
            job.name(),
            "output.path",
            "the job '"
                + owner
                + "' writes to "
                + job.output().path()
                + ", too; each would hide the other's results. Give one of them another path");
      }
      job.output().table().ifPresent(table -> requireOwn(table, job, tables, problems));
    }
  }

  private void requireOwn(
      Job.Target table, Job job, Map<String, String> tables, Map<String, List<Problem>> problems) {
    String owner = tables.putIfAbsent(table.name(), job.name());
    if (owner != null) {
      add(
          problems,
          job.name(),
          "output",
          "the job '"
              + owner
              + "' writes to "
              + table.name()
              + ", too; each would take the other's rows out. Give one of them another table");
    }
  }

  private void upstreams(Map<String, List<Problem>> problems) {
    List<String> names = project.jobNames();
    for (Job job : jobs.values()) {
      for (String upstream : upstreams(job)) {
        if (!names.contains(upstream)) {
          add(
              problems,
              job.name(),
              "schedule.wait-for",
              "there is no job '" + upstream + "'" + Suggestion.text(upstream, names));
        }
      }
    }
  }

  private static List<String> upstreams(Job job) {
    return job.schedule().map(Schedule::readiness).orElse(Schedule.Readiness.NONE).gates().stream()
        .filter(Gate.Published.class::isInstance)
        .map(gate -> ((Gate.Published) gate).job())
        .toList();
  }

  private void circles(Map<String, List<Problem>> problems) {
    for (String name : jobs.keySet()) {
      List<String> circle = circle(name, name, new LinkedHashSet<>());
      if (!circle.isEmpty()) {
        add(
            problems,
            name,
            "schedule.wait-for",
            "the jobs wait for each other and none would ever run: "
                + String.join(" waits for ", circle)
                + ". Take one of the waits away");
      }
    }
  }

  /** The way from a job over those that it waits for back to itself; empty when there is none. */
  private List<String> circle(String start, String at, Set<String> seen) {
    Job job = jobs.get(at);
    if (job == null || !seen.add(at)) {
      return List.of();
    }
    for (String upstream : upstreams(job)) {
      List<String> way = new ArrayList<>(List.of(at));
      if (upstream.equals(start)) {
        way.add(start);
        return way;
      }
      List<String> rest = circle(start, upstream, seen);
      if (!rest.isEmpty()) {
        way.addAll(rest);
        return way;
      }
    }
    return List.of();
  }

  private void add(Map<String, List<Problem>> problems, String job, String key, String message) {
    problems
        .computeIfAbsent(job, name -> new ArrayList<>())
        .add(new Problem(project.jobFile(job).toString(), 0, key, message));
  }
}
