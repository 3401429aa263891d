package io.attestedmesh.cli.voting;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.voting.statement.Announcement;
import io.attestedmesh.voting.statement.Committee;
import io.attestedmesh.voting.statement.MalformedStatementException;
import io.attestedmesh.voting.statement.RejectedStatementException;
import io.attestedmesh.voting.statement.VotingKeys;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A committee with its voting keys, as {@code amesh voting info --json} prints it. Whoever gives it is trusted. */
record KeysFile(String node, VotingKeys keys) {
    private static final int MOST_BYTES = 1 << 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    static KeysFile read(Path file) throws CommandException, IOException {
        JsonNode info = tree(file);
        try {
            List<String> members = new ArrayList<>();
            info.path("members").forEach(member -> members.add(member.asText()));
            Committee committee = new Committee(
                    info.path("network").asText(),
                    info.path("epoch").asLong(),
                    info.path("threshold").asInt(),
                    members);
            VotingKeys keys = new VotingKeys(committee);
            for (JsonNode announcement : info.path("announcements")) {
                boolean unused = keys.pin(Announcement.parse(Bytes.fromHex(announcement.asText())));
            }
            return new KeysFile(info.path("node").asText(), keys);
        } catch (IllegalArgumentException | MalformedStatementException | RejectedStatementException e) {
            throw CommandException.usage(
                    file + " has no committee with its keys: " + e.getMessage(),
                    "'amesh voting info --json' of a node that you trust prints one",
                    e);
        }
    }

    /** A file of JSON, of a megabyte at most. */
    static JsonNode tree(Path file) throws CommandException, IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(MOST_BYTES + 1);
            if (content.length > MOST_BYTES) {
                throw CommandException.usage(file + " has more than " + MOST_BYTES + " bytes", "");
            }
            return JSON.readTree(content);
        } catch (JsonProcessingException e) {
            throw CommandException.usage(file + " is no JSON", "", e);
        }
    }
}
