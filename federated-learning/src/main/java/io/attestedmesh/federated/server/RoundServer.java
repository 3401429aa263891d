package io.attestedmesh.federated.server;

import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.federated.aggregate.Aggregation;
import io.attestedmesh.federated.aggregate.AggregationRule;
import io.attestedmesh.federated.aggregate.Update;
import io.attestedmesh.federated.learn.Learner;
import io.attestedmesh.federated.learn.Scalar;
import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.model.RejectedModelException;
import io.attestedmesh.federated.secure.SecureAggregationException;
import io.attestedmesh.federated.secure.SecureSum;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Has participants train round after round (McMahan et al. 2017): each round, a sample of them trains from the same
 * parameters, what they send is aggregated as it arrives, and another sample measures the result. Every complete round is
 * in {@link RoundFiles}, from where a server goes on that was stopped in whatever way.
 */
public final class RoundServer {
    private static final System.Logger LOG = System.getLogger(RoundServer.class.getName());
    private static final Duration GOODBYE = Duration.ofSeconds(10);

    private final RoundSettings settings;
    private final AggregationRule rule;
    private final Participants participants;
    private final RoundFiles files;
    private final ServerMeters meters;
    private final Clock clock;
    private final Random random;
    private final Optional<SecureRounds> secure;
    private volatile RoundProgress progress;

    public RoundServer(
            RoundSettings settings,
            AggregationRule rule,
            Participants participants,
            RoundFiles files,
            MeterRegistry meters,
            Clock clock,
            Random random) {
        this(settings, rule, participants, files, meters, clock, random, Optional.empty());
    }

    /**
     * @param secure how to see nothing but the sum of the updates
     * @throws IllegalArgumentException if the rule needs to see more
     */
    public RoundServer(
            RoundSettings settings,
            AggregationRule rule,
            Participants participants,
            RoundFiles files,
            MeterRegistry meters,
            Clock clock,
            Random random,
            Optional<SecureRounds> secure) {
        if (secure.isPresent() && !rule.takesPartial()) {
            throw new IllegalArgumentException(rule.name() + " looks at single updates, and there is only their sum");
        }
        this.secure = secure;
        this.settings = settings;
        this.rule = rule;
        this.participants = participants;
        this.files = files;
        this.meters = new ServerMeters(meters, participants);
        this.clock = clock;
        this.random = random;
        this.progress = RoundProgress.waiting(
                files.reports().size() + 1, settings.rounds(), settings.minAvailableClients(), clock.instant());
    }

    /** What is going on, from any thread. */
    public RoundProgress progress() {
        return progress;
    }

    /** The reports of all complete rounds, from any thread. */
    public List<RoundReport> reports() {
        return files.reports();
    }

    /**
     * Runs the rounds that are not complete, and sends participants home.
     *
     * @param initial where to begin, unless rounds were complete before; without it, a participant gives its parameters
     * @return the parameters after the last round
     * @throws RoundsException if too few participants came, or none had parameters to begin with
     * @throws IOException if a round could not be written
     */
    public Model run(Optional<Model> initial) throws RoundsException, IOException, InterruptedException {
        Model model = files.latest().isPresent() ? resumed() : begun(initial);
        for (int round = files.reports().size() + 1; round <= settings.rounds(); round++) {
            model = round(round, model);
        }
        progress = progress.done(clock.instant());
        dismissAll();
        return model;
    }

    private Model resumed() throws RoundsException, IOException {
        String before = files.rule().orElse(rule.name());
        if (!before.equals(rule.name())) {
            throw otherRule(before);
        }
        try {
            rule.restore(files.ruleState());
        } catch (IllegalArgumentException e) { // an older version did not write which rule it was
            throw otherRule("another one: " + e.getMessage());
        }
        LOG.log(
                System.Logger.Level.INFO,
                () -> "event=federated.resumed round=" + files.reports().size());
        return files.latest().orElseThrow();
    }

    private RoundsException otherRule(String before) {
        return new RoundsException(
                "the rule is " + rule.name() + ", and these rounds were begun with " + before,
                "go on with the rule of before, or begin in another folder, with initial the last round-N.safetensors of"
                        + " this one");
    }

    private Model begun(Optional<Model> initial) throws RoundsException, IOException, InterruptedException {
        Model model = initial.isPresent() ? initial.get() : parametersOfSomebody();
        files.begin(model, rule);
        return model;
    }

    private Model parametersOfSomebody() throws RoundsException, InterruptedException {
        await(0);
        for (Participant participant : participants.sample(settings.minAvailableClients(), random)) {
            try {
                Model model = participant
                        .parameters(Map.of(), settings.evaluateTimeout())
                        .get();
                model.requireFinite();
                if (!model.tensors().isEmpty()) {
                    return model;
                }
                failed(participant, 0, "its parameters are empty");
            } catch (ExecutionException e) {
                failed(participant, 0, String.valueOf(e.getCause().getMessage()));
            } catch (RejectedModelException e) {
                failed(participant, 0, e.getMessage());
            } finally {
                participant.taken();
            }
        }
        throw new RoundsException(
                "no participant has parameters to begin with", "give initial a safetensors file with such parameters");
    }

    private void await(int round) throws RoundsException, InterruptedException {
        progress = RoundProgress.waiting(round, settings.rounds(), settings.minAvailableClients(), clock.instant());
        if (!participants.await(settings.minAvailableClients(), settings.patience())) {
            throw new RoundsException(
                    "round " + round + " waited " + settings.patience() + " for "
                            + settings.minAvailableClients() + " participants, and there are "
                            + participants.all().size(),
                    "min-available-clients and patience say how many, and how long");
        }
    }

    private Model round(int round, Model before) throws RoundsException, IOException, InterruptedException {
        await(round);
        Instant began = clock.instant();
        Fitting fitting = fit(round, before);
        Model after = fitting.result.orElse(before);
        Evaluating evaluating = evaluate(round, after);
        fitting.failed.putAll(evaluating.failed);
        RoundReport report = new RoundReport(
                round,
                began,
                clock.instant(),
                fitting.trained,
                fitting.examples,
                secure.isPresent(),
                fitting.failed,
                fitting.unchanged,
                fitting.metrics.means(),
                evaluating.count,
                evaluating.loss(),
                evaluating.metrics.means());
        files.complete(report, after, rule);
        meters.round(report);
        LOG.log(
                System.Logger.Level.INFO,
                () -> "event=federated.round round=" + round + " trained="
                        + report.trained().size() + " failed=" + report.failed().size()
                        + report.unchanged()
                                .map(why -> " unchanged=\"" + why + "\"")
                                .orElse(""));
        return after;
    }

    /** What came of training. */
    private static final class Fitting {
        private final List<String> trained = new ArrayList<>();
        private final Map<String, String> failed = new TreeMap<>();
        private final WeightedMeans metrics = new WeightedMeans();
        private long examples;
        private Optional<Model> result = Optional.empty();
        private Optional<String> unchanged = Optional.empty();
    }

    private Fitting fit(int round, Model before) throws RoundsException, InterruptedException {
        Fitting fitting = new Fitting();
        Aggregation sum = rule.begin(before);
        List<Participant> chosen =
                participants.sample(settings.toFit(participants.all().size()), random);
        while (chosen.size() < settings.minFitClients()) { // some have just left
            await(round);
            chosen = participants.sample(settings.toFit(participants.all().size()), random);
        }
        Map<String, Scalar> config = config(round);
        progress = progress.fitting(chosen.size(), clock.instant());
        if (secure.isPresent()) {
            addSum(round, before, chosen, sum, fitting);
        } else {
            BlockingQueue<Answer<Trained>> answers =
                    Answer.ask(chosen, participant -> participant.fit(before, config, settings.fitTimeout()));
            for (int i = 0; i < chosen.size(); i++) {
                Answer<Trained> answer = answers.take();
                add(round, before, answer, sum, fitting);
                answer.from().taken();
                progress = progress.oneMoreAnswered();
            }
        }
        if (fitting.unchanged.isPresent()) {
            return fitting;
        }
        if (!settings.acceptFailures() && !fitting.failed.isEmpty()) {
            fitting.unchanged = Optional.of(fitting.failed.size() + " of " + chosen.size() + " gave nothing");
            return fitting;
        }
        if (sum.updates() < rule.leastUpdates()) {
            fitting.unchanged = Optional.of(
                    rule.name() + " needs " + rule.leastUpdates() + " updates, and there are " + sum.updates());
            return fitting;
        }
        try {
            fitting.result = Optional.of(sum.result());
        } catch (ArithmeticException e) {
            fitting.unchanged = Optional.of(rule.name() + ": " + e.getMessage());
        }
        return fitting;
    }

    /** Without ever seeing what is in it. */
    private void addSum(int round, Model before, List<Participant> chosen, Aggregation sum, Fitting fitting)
            throws InterruptedException {
        SecureRounds.Result result = secure.orElseThrow()
                .run(before, chosen, config(round), settings.fitTimeout(), () -> progress = progress.oneMoreAnswered());
        fitting.failed.putAll(result.failed());
        for (Participant participant : chosen) {
            String why = result.failed().get(participant.name());
            if (why != null) {
                failed(participant, round, why);
            }
        }
        if (result.sum().isEmpty()) {
            fitting.unchanged = Optional.of(result.whyNone());
            return;
        }
        try {
            SecureSum secured = result.sum().get();
            // a mean already: its weight among no others changes nothing but the rounding
            sum.add(new Update(result.trained(), secured.mean().named(before), 1));
            fitting.trained.addAll(result.trained());
            fitting.examples = secured.examples();
        } catch (SecureAggregationException e) {
            fitting.unchanged = Optional.of("secure aggregation: " + e.getMessage());
        } catch (RejectedModelException e) {
            meters.rejected(e.reason());
            fitting.unchanged = Optional.of("secure aggregation: " + e.getMessage());
        }
    }

    private void add(int round, Model before, Answer<Trained> answer, Aggregation sum, Fitting fitting) {
        String name = answer.from().name();
        if (answer.value().isEmpty()) {
            fitting.failed.put(name, answer.failure());
            failed(answer.from(), round, answer.failure());
            return;
        }
        try {
            Trained trained = answer.value().get();
            long examples = trained.fit().examples();
            sum.add(new Update(List.of(name), trained.model().named(before), examples));
            fitting.trained.add(name);
            fitting.examples += examples;
            fitting.metrics.add(trained.fit().metrics(), examples);
        } catch (RejectedModelException e) {
            meters.rejected(e.reason());
            fitting.failed.put(name, e.getMessage());
            failed(answer.from(), round, e.getMessage());
        }
    }

    /** What came of evaluation. */
    private static final class Evaluating {
        private final Map<String, String> failed = new TreeMap<>();
        private final WeightedMeans metrics = new WeightedMeans();
        private int count;
        private double weightedLoss;
        private double examples;

        private OptionalDouble loss() {
            return examples == 0 ? OptionalDouble.empty() : OptionalDouble.of(weightedLoss / examples);
        }
    }

    private Evaluating evaluate(int round, Model model) throws InterruptedException {
        Evaluating evaluating = new Evaluating();
        List<Participant> chosen =
                participants.sample(settings.toEvaluate(participants.all().size()), random);
        Map<String, Scalar> config = config(round);
        progress = progress.evaluating(chosen.size(), clock.instant());
        BlockingQueue<Answer<Learner.Evaluation>> answers =
                Answer.ask(chosen, participant -> participant.evaluate(model, config, settings.evaluateTimeout()));
        for (int i = 0; i < chosen.size(); i++) {
            Answer<Learner.Evaluation> answer = answers.take();
            add(round, answer, evaluating);
            answer.from().taken();
            progress = progress.oneMoreAnswered();
        }
        return evaluating;
    }

    private void add(int round, Answer<Learner.Evaluation> answer, Evaluating evaluating) {
        Optional<String> failure = answer.value().isEmpty()
                ? Optional.of(answer.failure())
                : answer.value()
                        .filter(value -> value.examples() <= 0 || !Double.isFinite(value.loss()))
                        .map(value -> "a loss of " + value.loss() + " over " + value.examples() + " examples");
        if (failure.isPresent()) {
            evaluating.failed.put(answer.from().name(), "evaluation: " + failure.get());
            failed(answer.from(), round, failure.get());
            return;
        }
        Learner.Evaluation value = answer.value().get();
        evaluating.count++;
        evaluating.weightedLoss += value.loss() * (double) value.examples();
        evaluating.examples += (double) value.examples();
        evaluating.metrics.add(value.metrics(), value.examples());
    }

    private Map<String, Scalar> config(int round) {
        Map<String, Scalar> config = new TreeMap<>(settings.config().apply(round));
        config.putAll(rule.fitConfig());
        config.put("server_round", new Scalar.Whole(round));
        return config;
    }

    private void failed(Participant participant, int round, String why) {
        meters.failed();
        LOG.log(
                System.Logger.Level.WARNING,
                () -> "event=federated.failed round=" + round + " participant=" + OneLine.of(participant.name()) + " "
                        + OneLine.of(why));
    }

    private void dismissAll() throws InterruptedException {
        List<CompletableFuture<Void>> gone = new ArrayList<>();
        for (Participant participant : participants.all()) {
            gone.add(participant.dismiss(GOODBYE));
        }
        for (CompletableFuture<Void> each : gone) {
            try {
                each.get();
            } catch (ExecutionException e) {
                LOG.log(System.Logger.Level.DEBUG, "a participant did not say goodbye", e);
            }
        }
    }
}
