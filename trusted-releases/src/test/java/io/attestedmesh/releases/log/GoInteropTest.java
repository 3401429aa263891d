package io.attestedmesh.releases.log;

import static io.attestedmesh.releases.log.Logs.CLOCK;
import static io.attestedmesh.releases.log.Logs.NOW;
import static io.attestedmesh.releases.log.Logs.ORIGIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.json.Encodings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A log written here, read by Go's packages note and tlog, which share no code with this one; and a note that Go signed,
 * read here. Skipped where there is no Go, or where it cannot fetch its module.
 */
@Tag("soak")
class GoInteropTest {
    private static final int SIZE = 70_000;
    private static final String MODULE = "golang.org/x/mod@v0.30.0";

    @TempDir
    Path temp;

    @Test
    void log_readByGo_givesTheSameProofsAndBothVerifyEachOthersNotes() throws Exception {
        Path program = goProgram();
        NoteSigner signer = Logs.signer(ORIGIN);
        NoteSigner witness = Logs.signer("witness.example/w1");
        Path folder = temp.resolve("log");
        TileLog log = TileLog.create(folder, signer, CLOCK);
        log.append(Logs.entries(1, SIZE - 1), signer, CLOCK);
        Checkpoint tree = log.append(Logs.entries(SIZE, SIZE), signer, CLOCK).checkpoint();
        log.addCosignature(witness.cosigningKey(), witness.cosign(tree, NOW));

        List<String> answers = run(
                program,
                "go",
                "run",
                ".",
                folder.toString(),
                signer.key().vkey(),
                witness.cosigningKey().vkey());

        assertThat(answers).contains("cosigned " + NOW.getEpochSecond());
        int proofs = 0;
        for (String answer : answers) {
            String[] words = answer.split(" ");
            List<Bytes> hashes = new ArrayList<>();
            if (words[0].equals("record") || words[0].equals("tree")) {
                Arrays.stream(words).skip(2).map(Encodings::base64).forEach(hashes::add);
                proofs++;
            }
            switch (words[0]) {
                case "record" -> {
                    long index = Long.parseLong(words[1]);
                    MerkleTree.verifyInclusion(Logs.entry(index + 1).leafHash(), index, SIZE, hashes, tree.rootHash());
                    assertThat(index % 1100 != 0
                                    || log.inclusionProof(index, SIZE).equals(hashes))
                            .as(answer)
                            .isTrue();
                }
                case "tree" -> {
                    long from = Long.parseLong(words[1]);
                    assertThat(from % 130 != 1
                                    || log.consistencyProof(from, SIZE).hashes().equals(hashes))
                            .as(answer)
                            .isTrue();
                }
                case "signed" ->
                    SignedCheckpoint.parse(Encodings.base64(words[2]))
                            .requireSignedBy(ORIGIN, List.of(NoteKey.parse(words[1])));
                default -> assertThat(words[0]).isEqualTo("cosigned");
            }
        }
        assertThat(proofs).isGreaterThan(11_000);
        assertThat(answers.get(answers.size() - 1)).startsWith("signed");
    }

    private Path goProgram() throws Exception {
        Path program = Files.createDirectory(temp.resolve("program"));
        try (InputStream source = GoInteropTest.class.getResourceAsStream("interop.go")) {
            Files.copy(source, program.resolve("main.go"));
        }
        try {
            run(program, "go", "mod", "init", "interop");
            run(program, "go", "get", MODULE);
        } catch (IOException e) {
            assumeTrue(false, "no Go here, or not its module: " + e.getMessage());
        }
        return program;
    }

    private List<String> run(Path where, String... command) throws IOException, InterruptedException {
        Path out = Files.createTempFile(temp, "go", ".out");
        Path err = Files.createTempFile(temp, "go", ".err");
        Process process = new ProcessBuilder(command)
                .directory(where.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        if (!process.waitFor(3, TimeUnit.MINUTES)) {
            process.destroyForcibly().waitFor();
            throw new IOException(String.join(" ", command) + " took too long");
        }
        if (process.exitValue() != 0) {
            throw new IOException(String.join(" ", command) + ": " + Files.readString(err));
        }
        return Files.readAllLines(out);
    }
}
