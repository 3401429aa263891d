package io.attestedmesh.federated.gossip;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.attestedmesh.attest.file.AtomicFile;
import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.model.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The folder of a node: {@code round-N.safetensors}, the model after N rounds, and {@code state.json}, which says what is
 * being learned and how many rounds are done. Each appears whole, the model first.
 */
final class SavedRounds {
    private static final String STATE = "state.json";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LARGEST_STATE = 64 << 10;

    /** @param rounds that are done */
    record Saved(Experiment experiment, int rounds, Model model) {}

    private final Path folder;

    SavedRounds(Path folder) throws IOException {
        this.folder = folder;
        AtomicFile.createFolder(folder);
        AtomicFile.deleteDrafts(folder.resolve(STATE));
    }

    void write(Saved saved) throws IOException {
        Path model = folder.resolve("round-" + saved.rounds + ".safetensors");
        Safetensors.of(saved.model).write(model, AtomicFile.Access.OWNER);
        Experiment experiment = saved.experiment;
        byte[] state = JSON.writerWithDefaultPrettyPrinter()
                .writeValueAsBytes(JSON.createObjectNode()
                        .put("experiment", experiment.name())
                        .put("rounds", experiment.rounds())
                        .put("epochs", experiment.epochs())
                        .put("trainSetSize", experiment.trainSetSize())
                        .put("done", saved.rounds)
                        .put("model", model.getFileName().toString()));
        AtomicFile.write(folder.resolve(STATE), state, AtomicFile.Access.OWNER);
        // the one before stays, for whoever looks; older ones go
        Files.deleteIfExists(folder.resolve("round-" + (saved.rounds - 2) + ".safetensors"));
    }

    /** There is nothing to go on with. The models stay. */
    void forget() throws IOException {
        Files.deleteIfExists(folder.resolve(STATE));
    }

    /** What was being learned, if it has not ended. */
    Optional<Saved> unfinished() throws IOException {
        Path state = folder.resolve(STATE);
        if (Files.notExists(state)) {
            return Optional.empty();
        }
        if (Files.size(state) > LARGEST_STATE) {
            throw new IOException(state + " is too large");
        }
        JsonNode json = JSON.readTree(Files.readAllBytes(state));
        try {
            Experiment experiment = new Experiment(
                    json.path("experiment").asText(),
                    json.path("rounds").asInt(),
                    json.path("epochs").asInt(),
                    json.path("trainSetSize").asInt());
            int done = json.path("done").asInt();
            if (done < 0 || done >= experiment.rounds()) {
                return Optional.empty();
            }
            Model model = Safetensors.read(folder.resolve("round-" + done + ".safetensors"))
                    .model();
            return Optional.of(new Saved(experiment, done, model));
        } catch (IllegalArgumentException e) {
            throw new IOException(state + " is not the state of a node", e);
        }
    }
}
