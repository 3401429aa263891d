package io.attestedmesh.benchmarks;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.attestedmesh.attest.verify.CryptoProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.runner.RunnerException;

/**
 * Runs the benchmarks in rounds and writes what came out: {@code Report FILE.json ROUNDS [PATTERN]}. The table goes to
 * standard output as Markdown; the exit status is 1 if a bound was missed.
 */
public final class Report {
    private static final int ITERATIONS = 3;

    private final Measurements measured;
    private final List<Claim> claims;
    private final int rounds;

    private Report(Measurements measured, int rounds) {
        this.measured = measured;
        this.claims = Claim.of(measured);
        this.rounds = rounds;
    }

    public static void main(String[] args) throws IOException, RunnerException {
        if (args.length < 3 || args.length > 4) {
            System.err.println("usage: Report FILE.json ROUNDS WARMUP_SECONDS [PATTERN]");
            System.exit(2);
        }
        int rounds = Integer.parseInt(args[1]);
        Measurements measured = new Measurements();
        for (int round = 1; round <= rounds; round++) {
            System.err.println("round " + round + " of " + rounds);
            measured.addRound(args.length == 4 ? args[3] : ".*", Integer.parseInt(args[2]), ITERATIONS);
        }
        Report report = new Report(measured, rounds);
        report.writeJson(Path.of(args[0]));
        System.out.print(report.markdown());
        System.exit(report.claims.stream().allMatch(Claim::met) ? 0 : 1);
    }

    private void writeJson(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        Files.createDirectories(folder);
        try (JsonGenerator json = new JsonFactory().createGenerator(Files.newBufferedWriter(file))) {
            json.useDefaultPrettyPrinter();
            json.writeStartObject();
            json.writeStringField("java", System.getProperty("java.vm.version"));
            json.writeStringField("provider", CryptoProvider.fastest().name());
            json.writeNumberField("processors", Runtime.getRuntime().availableProcessors());
            json.writeNumberField("rounds", rounds);
            json.writeArrayFieldStart("claims");
            for (Claim claim : claims) {
                writeClaim(json, claim);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("measurements");
            for (String name : measured.names()) {
                writeMeasurement(json, name);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    private static void writeClaim(JsonGenerator json, Claim claim) throws IOException {
        json.writeStartObject();
        json.writeStringField("title", claim.title());
        json.writeNumberField("value", claim.value());
        if (claim.bound().isPresent()) {
            json.writeNumberField(
                    claim.smallerIsBetter() ? "atMost" : "atLeast",
                    claim.bound().get());
            json.writeBooleanField("met", claim.met());
        }
        json.writeEndObject();
    }

    private void writeMeasurement(JsonGenerator json, String name) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", name);
        json.writeStringField("unit", measured.unit(name));
        json.writeNumberField("median", measured.median(name));
        json.writeArrayFieldStart("rounds");
        for (double score : measured.scores(name)) {
            json.writeNumber(score);
        }
        json.writeEndArray();
        if (Double.isFinite(measured.allocation(name))) {
            json.writeNumberField("bytesAllocated", measured.allocation(name));
        }
        json.writeEndObject();
    }

    private String markdown() {
        StringBuilder table = new StringBuilder("| what | median | bound | met |\n|---|---|---|---|\n");
        for (Claim claim : claims) {
            String bound = claim.bound()
                    .map(b -> (claim.smallerIsBetter() ? "≤ " : "≥ ") + b)
                    .orElse("");
            String met = claim.bound().isEmpty() ? "" : claim.met() ? "yes" : "no";
            table.append(
                    String.format(Locale.ROOT, "| %s | %.3f | %s | %s |%n", claim.title(), claim.value(), bound, met));
        }
        table.append("\n| measurement | median | unit | bytes allocated |\n|---|---|---|---|\n");
        for (String name : measured.names()) {
            table.append(String.format(
                    Locale.ROOT,
                    "| %s | %.1f | %s | %.0f |%n",
                    name,
                    measured.median(name),
                    measured.unit(name),
                    measured.allocation(name)));
        }
        return table.toString();
    }
}
