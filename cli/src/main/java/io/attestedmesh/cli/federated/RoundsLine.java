package io.attestedmesh.cli.federated;

import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.federated.server.RoundProgress;
import io.attestedmesh.federated.server.RoundProgress.Stage;
import io.attestedmesh.federated.server.RoundReport;
import io.attestedmesh.federated.server.RoundServer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Tells a person how the rounds of a server go: one line for each complete round, and on a terminal one that is drawn again
 * and again for what is going on; elsewhere one for each change.
 */
final class RoundsLine implements AutoCloseable {
    private static final int PERIOD_MILLIS = 200;

    private final Terminal terminal;
    private final RoundServer rounds;
    private final boolean redraws;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "amesh-progress");
        thread.setDaemon(true);
        return thread;
    });
    private RoundProgress shown;
    private int told;

    RoundsLine(Terminal terminal, RoundServer rounds, boolean redraws) {
        this.terminal = terminal;
        this.rounds = rounds;
        this.redraws = redraws;
        this.told = rounds.reports().size();
    }

    void start() {
        var unused = timer.scheduleAtFixedRate(this::look, 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    synchronized void look() {
        List<RoundReport> reports = rounds.reports();
        for (RoundReport report : reports.subList(told, reports.size())) {
            say(words(report));
        }
        told = reports.size();
        RoundProgress now = rounds.progress();
        if (redraws && now.stage() != Stage.DONE) {
            long seconds =
                    Duration.between(now.since(), terminal.clock().instant()).toSeconds();
            terminal.redraw(words(now) + "  " + seconds + " s");
        } else if (!now.equals(shown)) {
            say(words(now));
        }
        shown = now;
    }

    private void say(String line) {
        if (redraws) {
            terminal.redraw(""); // or the end of what is there would stay behind a shorter line
        }
        terminal.say(line);
    }

    static String words(RoundProgress progress) {
        String round = "amesh: round " + progress.round() + " of " + progress.rounds() + ": ";
        return switch (progress.stage()) {
            case WAITING -> round + "waiting for " + progress.asked() + " clients";
            case FITTING -> round + "training   " + ProgressBar.of(progress.answered(), progress.asked());
            case EVALUATING -> round + "evaluating " + ProgressBar.of(progress.answered(), progress.asked());
            case DONE -> "amesh: all " + progress.rounds() + " rounds are complete";
        };
    }

    private static String words(RoundReport report) {
        StringBuilder words = new StringBuilder("amesh: round ")
                .append(report.round())
                .append(" is complete: ")
                .append(report.trained().size())
                .append(" trained");
        report.unchanged().ifPresent(why -> words.append(", unchanged: ").append(why));
        report.loss().ifPresent(loss -> words.append(String.format(Locale.ROOT, ", loss %.4f", loss)));
        for (Map.Entry<String, Double> metric : report.evaluateMetrics().entrySet()) {
            words.append(String.format(Locale.ROOT, ", %s %.4f", metric.getKey(), metric.getValue()));
        }
        report.failed()
                .forEach((name, why) ->
                        words.append("; ").append(name).append(": ").append(why));
        return words.toString();
    }

    /** Tells what has not been told. */
    @Override
    public void close() {
        timer.shutdownNow();
        look();
        if (redraws) {
            terminal.redraw("");
        }
    }
}
