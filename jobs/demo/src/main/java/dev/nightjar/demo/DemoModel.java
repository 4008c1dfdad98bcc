package dev.nightjar.demo;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.config.Environment;
import dev.nightjar.contract.Contract;
import dev.nightjar.contract.Contracts;
import dev.nightjar.dl4j.Bundles;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.Source;
import dev.nightjar.feature.TrainingRecord;
import dev.nightjar.feature.spark.TrainingSets;
import dev.nightjar.job.Job;
import dev.nightjar.job.Project;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/** What a user does before the first night: join a training set, train on it, package the model. */
public final class DemoModel {
  /** Where the training set lies in the project. */
  public static final String TRAINING_SET = "training/flights.parquet";

  /** Where the bundle lies in the project, before it is admitted to the registry. */
  public static final String BUNDLE = "bundles/flight-delay";

  private final SparkSession spark;
  private final Path project;
  private final Job job;

  /** For the project that {@link DemoProject} has written. */
  public DemoModel(SparkSession spark, Path project) {
    this.spark = spark;
    this.project = project.toAbsolutePath();
    this.job = Project.open(project, Environment.empty()).job(DemoProject.JOB);
  }

  /** Joins the views to all flights: the same join that scoring does. */
  public TrainingSets.Result joinTrainingSet() {
    List<FeatureView> views = job.views();
    Source flights = ((Job.Files) job.input().rows()).source();
    return TrainingSets.with(spark, project.toString())
        .input(flights)
        .asOf(job.input().asOf().orElseThrow())
        .key(job.input().key())
        .views(views)
        .output(TRAINING_SET)
        .overwrite()
        .write();
  }

  /** Trains on what was joined. */
  public TrainedModel train() {
    return TrainingProgram.train(
        contract(), JoinedRows.of(spark.read().parquet(project.resolve(TRAINING_SET).toString())));
  }

  /** Packages what was trained, with the rules and the statistics of the join. */
  public Bundle pack(TrainedModel model) throws IOException {
    Path record = project.resolve(TRAINING_SET + TrainingRecord.SUFFIX);
    return Bundles.from(model.network())
        .name(DemoProject.JOB)
        .version("2013-11")
        .created(Instant.parse("2013-11-25T00:00:00Z"))
        .transform(model.transform())
        .normalizer(model.normalizer())
        .contract(contract())
        .training(TrainingRecord.parse(record.toString(), Files.readString(record)))
        .sample(model.sample())
        .provenance("training-set", TRAINING_SET)
        .write(project.resolve(BUNDLE));
  }

  private Contract contract() {
    return Contracts.read(project.resolve(DemoProject.CONTRACT_FILE), Environment.empty());
  }
}
