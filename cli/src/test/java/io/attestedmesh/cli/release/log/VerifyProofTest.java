package io.attestedmesh.cli.release.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.cli.CommandRun;
import io.attestedmesh.cli.SigningDesk;
import io.attestedmesh.cli.command.ExitStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code amesh release log verify-proof}. */
class VerifyProofTest {
    @TempDir
    Path folder;

    private SigningDesk desk;
    private String proof;

    /** Of version 1, where the log has two entries. */
    @BeforeEach
    void prove() throws Exception {
        desk = new SigningDesk(folder)
                .signedList()
                .publish("list.json")
                .nextList()
                .publish("next.json");
        proof = desk.done("release log prove @log --list-version 1").out();
        write(proof);
    }

    private void write(String json) throws Exception {
        Files.writeString(folder.resolve("proof.json"), json);
    }

    private static String[] verify(String... more) {
        String[] args = {"release", "log", "verify-proof", "@proof.json"};
        String[] all = Arrays.copyOf(args, args.length + more.length);
        System.arraycopy(more, 0, all, args.length, more.length);
        return all;
    }

    @Test
    void verify_printedProof_isProved() throws Exception {
        Files.move(folder.resolve("log"), folder.resolve("elsewhere"));
        CommandRun run = desk.done(verify("--root", "@root.1.json", "--list", "@list.json"));
        assertThat(run.outLines())
                .containsExactly("proved: version 1 of acme-kms is entry 0 of the 2 in log of 2026-11-20T10:00:00Z");
    }

    @Test
    void verify_asJson_isOneLine() {
        assertThat(desk.done(verify("--vkey", "@log.vkey", "--json")).out())
                .contains("\"result\":\"proved\"", "\"index\":0", "\"size\":2");
    }

    @Test
    void verify_anotherVersionOfTheList_isRejected() {
        desk.rejected("INCLUSION_INVALID", verify("--root", "@root.1.json", "--list", "@next.json"));
    }

    @Test
    void verify_withoutAKey_provesNothing() {
        desk.wrong("nothing says whose log it must be", verify());
    }

    @Test
    void verify_byTheKeyOfAnotherLog_isRejected() {
        desk.done("release log key log --out @x --insecure-no-passphrase");
        desk.rejected("CHECKPOINT_UNSIGNED", verify("--vkey", "@x/log.vkey"));
    }

    @ParameterizedTest
    @CsvSource({"\"version\":1, \"version\":3", "\"index\":0, \"index\":1", "\"index\":0, \"index\":2"})
    void verify_changedProof_isRejected(String from, String to) throws Exception {
        write(proof.replace(from, to));
        desk.rejected("INCLUSION_INVALID", verify("--vkey", "@log.vkey"));
    }

    @Test
    void verify_changedCheckpoint_isRejected() throws Exception {
        write(proof.replace("log\\n2\\n", "log\\n3\\n"));
        desk.rejected("SIGNATURE_INVALID", verify("--vkey", "@log.vkey"));
    }

    @Test
    void verify_withoutItsHashes_isRejected() throws Exception {
        write(proof.replaceFirst("\"inclusion\":\\[\"[^\"]*\"]", "\"inclusion\":[]"));
        desk.rejected("INCLUSION_INVALID", verify("--vkey", "@log.vkey"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "{\"list\":\"a\",\"more\":1}",
                "{\"list\":\"\",\"version\":1,\"sha384\":\"00\",\"checkpoint\":\"\",\"index\":0,\"inclusion\":[]}"
            })
    void verify_noProof_isMalformed(String json) throws Exception {
        write(json);
        CommandRun run = desk.run(verify("--vkey", "@log.vkey"));
        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.USAGE);
    }

    @Test
    void verify_hashOfAnotherSize_isMalformed() throws Exception {
        write(proof.replaceFirst("\"inclusion\":\\[\"[^\"]*\"]", "\"inclusion\":[\"AAAA\"]"));
        desk.wrong("not the 32 bytes of a hash", verify("--vkey", "@log.vkey"));
    }
}
