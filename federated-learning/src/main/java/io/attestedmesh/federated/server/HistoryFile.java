package io.attestedmesh.federated.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** The reports of all complete rounds, and their rule, as a JSON text, by which a server knows where and how to go on. */
final class HistoryFile {
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private HistoryFile() {}

    /**
     * What is in one.
     *
     * @param rule the name of the rule of aggregation; histories of before it was kept have none
     */
    record History(Optional<String> rule, List<RoundReport> rounds) {}

    static byte[] write(History history) throws JsonProcessingException {
        ObjectNode object = JSON.createObjectNode();
        history.rule().ifPresent(name -> object.put("rule", name));
        ArrayNode array = object.putArray("rounds");
        history.rounds().forEach(report -> array.add(object(report)));
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(object);
    }

    private static ObjectNode object(RoundReport report) {
        ObjectNode object = JSON.createObjectNode();
        object.put("round", report.round());
        object.put("began", report.began().toString());
        object.put("ended", report.ended().toString());
        object.set("trained", JSON.valueToTree(report.trained()));
        object.put("examples", report.examples());
        object.put("secure", report.secure());
        object.set("failed", JSON.valueToTree(report.failed()));
        report.unchanged().ifPresent(why -> object.put("unchanged", why));
        object.set("fitMetrics", JSON.valueToTree(report.fitMetrics()));
        object.put("evaluated", report.evaluated());
        report.loss().ifPresent(loss -> object.put("loss", loss));
        object.set("evaluateMetrics", JSON.valueToTree(report.evaluateMetrics()));
        return object;
    }

    /** @param file only named in errors */
    static History read(byte[] text, Path file) throws IOException {
        try {
            List<RoundReport> rounds = new ArrayList<>();
            JsonNode history = JSON.readTree(text);
            for (JsonNode object : history.required("rounds")) {
                RoundReport report = report(object);
                if (report.round() != rounds.size() + 1) {
                    throw new IOException(
                            file + ": round " + report.round() + " where " + (rounds.size() + 1) + " should be");
                }
                rounds.add(report);
            }
            return new History(Optional.ofNullable(history.get("rule")).map(JsonNode::asText), rounds);
        } catch (JsonProcessingException | IllegalArgumentException | DateTimeException e) {
            throw new IOException(file + " is not a history of rounds: " + e.getMessage(), e);
        }
    }

    private static RoundReport report(JsonNode object) {
        List<String> trained = new ArrayList<>();
        object.required("trained").forEach(name -> trained.add(name.asText()));
        Map<String, String> failed = new TreeMap<>();
        fields(object.required("failed"))
                .forEachRemaining(
                        entry -> failed.put(entry.getKey(), entry.getValue().asText()));
        return new RoundReport(
                object.required("round").intValue(),
                Instant.parse(object.required("began").asText()),
                Instant.parse(object.required("ended").asText()),
                trained,
                object.required("examples").longValue(),
                object.path("secure").booleanValue(),
                failed,
                Optional.ofNullable(object.get("unchanged")).map(JsonNode::asText),
                numbers(object.required("fitMetrics")),
                object.required("evaluated").intValue(),
                object.has("loss") ? OptionalDouble.of(object.get("loss").doubleValue()) : OptionalDouble.empty(),
                numbers(object.required("evaluateMetrics")));
    }

    private static Map<String, Double> numbers(JsonNode object) {
        Map<String, Double> numbers = new TreeMap<>();
        fields(object)
                .forEachRemaining(
                        entry -> numbers.put(entry.getKey(), entry.getValue().doubleValue()));
        return numbers;
    }

    private static Iterator<Map.Entry<String, JsonNode>> fields(JsonNode object) {
        return object.properties().iterator();
    }
}
