package io.attestedmesh.cli.voting;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.JsonLine;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.cli.config.ConfigOptions;
import io.attestedmesh.cli.config.MeshConfig;
import io.attestedmesh.cli.config.VotingSection;
import io.attestedmesh.cli.telemetry.LocalClient;
import io.attestedmesh.cli.telemetry.LocalClient.LocalAnswer;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which running node a verb asks, and how it prints: a mixin. */
final class AdminOptions {
    private static final int MOST_BYTES = 64 << 20;
    private static final Duration PATIENCE = AdminActs.PATIENCE.plusSeconds(5);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<LinkedHashMap<String, Object>> OBJECT = new TypeReference<>() {};

    @Mixin
    private ConfigOptions configuration;

    @Option(names = "--json", description = Verb.JSON)
    private boolean json;

    boolean json() {
        return json;
    }

    /** The section of the configuration that the node is of. */
    VotingSection section(Terminal terminal) throws IOException, CommandException {
        return section(configuration, configuration.load(terminal));
    }

    static VotingSection section(ConfigOptions configuration, MeshConfig config) throws CommandException {
        return config.voting()
                .orElseThrow(() -> CommandException.usage(
                        configuration.file() + " has no [voting]", "docs/voting.md says how a node votes"));
    }

    /** Asks the node to do something, and waits for what comes of it. */
    Map<String, Object> ask(Terminal terminal, String act, Map<String, ?> body)
            throws IOException, CommandException, InterruptedException {
        VotingSection section = section(terminal);
        String token;
        try {
            token = new VotingFolder(section.folder()).adminToken();
        } catch (NoSuchFileException e) {
            throw away(section, "has no token yet", e);
        }
        HttpRequest request = LocalClient.request(section.admin(), "/" + act)
                .header("Authorization", "Bearer " + token)
                .POST(BodyPublishers.ofString(JsonLine.of(body)))
                .build();
        LocalAnswer answer;
        try {
            answer = LocalClient.ask(request, MOST_BYTES, PATIENCE);
        } catch (IOException e) {
            throw away(section, "does not answer", e);
        }
        return understood(section, answer);
    }

    private static CommandException away(VotingSection section, String problem, IOException e) {
        return CommandException.failed(
                "the voting node " + problem + " at " + section.admin() + " ([voting] admin)",
                "does 'amesh voting run' run with this configuration?",
                e);
    }

    private static Map<String, Object> understood(VotingSection section, LocalAnswer answer) throws CommandException {
        Map<String, Object> said;
        try {
            said = JSON.readValue(answer.body(), OBJECT);
        } catch (JsonProcessingException e) {
            throw CommandException.failed(
                    "what answers at " + section.admin() + " says " + answer.status() + ": "
                            + OneLine.of(answer.body()),
                    "[voting] admin and folder have to be those of the running node",
                    e);
        }
        if (answer.status() == 200) {
            return said;
        }
        String error = OneLine.of(String.valueOf(said.get("error")));
        String hint = OneLine.of(String.valueOf(said.getOrDefault("hint", "")));
        throw switch (answer.status()) {
            case 400 -> CommandException.usage(error, hint);
            case 409 ->
                CommandException.rejected(
                        error,
                        OneLine.of(String.valueOf(said.get("reason"))),
                        OneLine.of(String.valueOf(said.get("expected"))),
                        OneLine.of(String.valueOf(said.get("actual"))),
                        hint);
            default -> CommandException.failed(error, hint);
        };
    }
}
