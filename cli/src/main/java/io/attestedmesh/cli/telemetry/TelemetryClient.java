package io.attestedmesh.cli.telemetry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.config.Address;
import io.attestedmesh.cli.config.MeshConfig;
import io.attestedmesh.cli.telemetry.LocalClient.LocalAnswer;
import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Asks the running node of a configuration, whoever it is that answers there: in bounded time, for so many bytes. */
public final class TelemetryClient {
    static final int MAX_BYTES = 4 << 20;

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<LinkedHashMap<String, Object>> OBJECT = new TypeReference<>() {};

    private final String identity;
    private final Address address;
    private final Duration patience;

    TelemetryClient(String identity, Address address, Duration patience) {
        this.identity = identity;
        this.address = address;
        this.patience = patience;
    }

    /**
     * For the node of this configuration.
     *
     * @throws CommandException if the configuration does not say where its node can be asked
     */
    public static TelemetryClient of(MeshConfig config) throws CommandException {
        Address listen = config.telemetry()
                .listen()
                .orElseThrow(() -> CommandException.usage(
                        "a node of this configuration cannot be asked: [telemetry] listen is not set",
                        "set [telemetry] listen = \"127.0.0.1:9464\" and start the node again"));
        if (listen.port() == 0) {
            throw CommandException.usage(
                    "[telemetry] listen lets the system choose the port, so nobody knows it",
                    "give the one that 'amesh node run' has printed: --set telemetry.listen=127.0.0.1:PORT");
        }
        return new TelemetryClient(config.node().name().name(), listen, PATIENCE);
    }

    /** The status, one object for each part of the node. */
    public Map<String, Object> status() throws CommandException, InterruptedException {
        String answer = ask("/status");
        try {
            requireThisNode(JSON.readTree(answer).path("node").path("identity").asText());
            return JSON.readValue(answer, OBJECT);
        } catch (JsonProcessingException e) {
            throw noNode(e);
        }
    }

    /** What the node remembers of the peers that it refused, newest first, and since when it runs. */
    public Recent rejections() throws CommandException, InterruptedException {
        String answer = ask("/rejections");
        try {
            JsonNode recent = JSON.readTree(answer);
            requireThisNode(recent.path("identity").asText());
            List<RecentRejection> rejections = new ArrayList<>();
            recent.path("rejections").forEach(rejection -> rejections.add(rejection(rejection)));
            return new Recent(Instant.parse(recent.path("since").asText()), rejections);
        } catch (JsonProcessingException | DateTimeException e) {
            throw noNode(e);
        }
    }

    /**
     * Recent rejections.
     *
     * @param since when the node was started, and began to remember
     */
    public record Recent(Instant since, List<RecentRejection> newestFirst) {
        public Recent {
            newestFirst = List.copyOf(newestFirst);
        }
    }

    private static RecentRejection rejection(JsonNode json) {
        List<String> names = new ArrayList<>();
        json.path("claimedNames").forEach(name -> names.add(name.asText()));
        return new RecentRejection(
                Instant.parse(json.path("at").asText()),
                json.path("reason").asText(),
                json.path("expected").asText(),
                json.path("actual").asText(),
                json.path("id").asText(),
                json.path("role").asText(),
                json.path("remote").asText(),
                names);
    }

    private void requireThisNode(String name) throws CommandException {
        if (!name.equals(identity)) {
            throw CommandException.failed(
                    identity + " was asked at " + address + ", and " + OneLine.of(name) + " answered",
                    "each node needs an address of its own in [telemetry] listen");
        }
    }

    private CommandException noNode(Exception e) {
        return CommandException.failed(
                "what answers at " + address + " is no amesh node of this version",
                "which process listens there? [telemetry] listen says where the node does",
                e);
    }

    private String ask(String path) throws CommandException, InterruptedException {
        try {
            LocalAnswer answer =
                    LocalClient.ask(LocalClient.request(address, path).build(), MAX_BYTES, patience);
            if (answer.status() != 200) {
                throw new IOException("status " + answer.status());
            }
            return answer.body();
        } catch (HttpTimeoutException e) {
            throw away("did not answer within " + patience.toSeconds() + " s", e);
        } catch (IOException e) {
            throw away("does not answer", e);
        }
    }

    private CommandException away(String problem, Exception e) {
        return CommandException.failed(
                identity + " " + problem + " at " + address + " ([telemetry] listen)",
                "does 'amesh node run' run with this configuration?",
                e);
    }
}
