package io.attestedmesh.cli.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.cli.CommandRun;
import io.attestedmesh.cli.SigningDesk;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.releases.envelope.EnvelopeSignature;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From keys to a verified bundle, whoever signs first and wherever. */
class ReleaseLifeTest {
    private static final Set<String> VERBS = Set.of(
            "key",
            "init",
            "add",
            "deprecate",
            "revoke",
            "remove",
            "sign",
            "assemble",
            "publish",
            "verify",
            "show",
            "diff");

    @TempDir
    Path folder;

    private void publishAndVerify(SigningDesk desk, String list) {
        desk.publish(list);
        CommandRun run = desk.done("release verify @bundle.json --root @root.1.json --max-checkpoint-age 1d");
        assertThat(run.out()).contains("accepted").contains("(2 needed)");
    }

    private SigningDesk desk(String name) throws Exception {
        return new SigningDesk(Files.createDirectory(folder.resolve(name)));
    }

    @Test
    void list_signedInEitherOrder_isVerified() throws Exception {
        SigningDesk aliceFirst =
                desk("ab").keys().log().root("--log", "@log.vkey").draft("draft.json");
        publishAndVerify(aliceFirst.sign("draft.json", "list.json", "alice", "carol"), "list.json");
        SigningDesk carolFirst =
                desk("ba").keys().log().root("--log", "@log.vkey").draft("draft.json");
        publishAndVerify(carolFirst.sign("draft.json", "list.json", "carol", "alice"), "list.json");
    }

    @Test
    void list_signedApartAndAssembled_isVerified() throws Exception {
        SigningDesk desk = desk("apart").keys().log().root("--log", "@log.vkey").draft("draft.json");
        desk.sign("draft.json", "a.json", "alice").sign("draft.json", "b.json", "bob");
        desk.done("release assemble @b.json @a.json --root @root.1.json --out @list.json");
        publishAndVerify(desk, "list.json");
    }

    @Test
    void list_signedInEitherOrder_hasTheSameSigners() throws Exception {
        SigningDesk desk = desk("same").keys().draft("draft.json");
        desk.sign("draft.json", "ab.json", "alice", "bob").sign("draft.json", "ba.json", "bob", "alice");
        Set<String> first = new HashSet<>(keyIds("same/ab.json"));
        assertThat(first).hasSize(2).isEqualTo(new HashSet<>(keyIds("same/ba.json")));
    }

    private List<String> keyIds(String file) throws Exception {
        return SignedEnvelope.parse(Bytes.of(Files.readAllBytes(folder.resolve(file)))).signatures().stream()
                .map(EnvelopeSignature::keyId)
                .toList();
    }

    @Test
    void help_ofEachVerb_hasAnExample() {
        for (String verb : VERBS) {
            CommandRun run = CommandRun.of("release", verb, "--help");
            assertThat(run.status()).isEqualTo(ExitStatus.DONE);
            assertThat(run.out()).contains("Example").contains("  amesh release " + verb);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"init", "next", "sign", "verify", "show"})
    void helpOfRoot_hasAnExample(String verb) {
        assertThat(CommandRun.of("root", verb, "--help").out())
                .contains("Example")
                .contains("  amesh root " + verb);
    }

    @Test
    void nounsAlone_printTheirVerbs() {
        assertThat(CommandRun.of("release").err()).contains("publish").contains("log");
        assertThat(CommandRun.of("release", "log").err()).contains("consistency");
        assertThat(CommandRun.of("root").err()).contains("next");
    }

    @Test
    void documentation_hasEveryVerb() throws Exception {
        String text = Files.readString(Path.of(System.getProperty("project.root", ".."), "docs", "cli.md"));
        String section = text.substring(text.indexOf("\n## release\n"), text.indexOf("\n## root\n"));
        for (String verb : VERBS) {
            assertThat(section).containsPattern("`(release )?" + verb + "`");
        }
    }
}
