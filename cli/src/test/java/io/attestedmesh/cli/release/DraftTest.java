package io.attestedmesh.cli.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.PcrBank;
import io.attestedmesh.attest.file.LockFile;
import io.attestedmesh.cli.CommandRun;
import io.attestedmesh.cli.SigningDesk;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.document.Destination;
import io.attestedmesh.releases.list.Release;
import io.attestedmesh.releases.list.ReleaseList;
import io.attestedmesh.releases.list.ReleaseStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code amesh release init}, {@code add}, {@code deprecate}, {@code revoke} and {@code remove}. */
class DraftTest {
    private static final String[] REGISTERS = {
        "--pcr", "0=" + "11".repeat(48), "--pcr", "1=" + "22".repeat(48), "--pcr", "2=" + "33".repeat(48)
    };

    @TempDir
    Path folder;

    private SigningDesk desk;

    @BeforeEach
    void sit() {
        desk = new SigningDesk(folder);
    }

    private ReleaseList list() throws Exception {
        return ReleaseList.parse(Bytes.of(Files.readAllBytes(folder.resolve("draft.json"))));
    }

    private void init(String... more) {
        desk.done(with(new String[] {"release", "init", "acme-kms", "--out", "@draft.json"}, more));
    }

    private static String[] add(String... more) {
        return with(new String[] {"release", "add", "@draft.json", "--name", "kms-core", "--version", "1.4.2"}, more);
    }

    private static String[] with(String[] first, String... more) {
        String[] all = Arrays.copyOf(first, first.length + more.length);
        System.arraycopy(more, 0, all, first.length, more.length);
        return all;
    }

    @Test
    void init_newList_isVersion1() throws Exception {
        init("--expires", "12h");
        assertThat(list().version()).isEqualTo(1);
        assertThat(list().issuedAt()).isEqualTo(SigningDesk.NOW);
        assertThat(list().expiresAt()).isEqualTo(SigningDesk.NOW.plus(Duration.ofHours(12)));
        assertThat(list().releases()).isEmpty();
    }

    @Test
    void init_fromAList_takesItsReleasesOver() throws Exception {
        desk.draft("before.json");
        init("--from", "@before.json");
        assertThat(list().version()).isEqualTo(2);
        assertThat(list().releases()).extracting(Release::title).containsExactly("kms-core 1.4.2");
    }

    @Test
    void init_fromAListOfAnotherName_isRefused() {
        desk.draft("before.json");
        desk.wrong("is a list of acme-kms, not of other", "release init other --from @before.json --out @draft.json");
    }

    @Test
    void init_overAFile_needsForce() throws Exception {
        init();
        CommandRun again = desk.run("release init acme-kms --out @draft.json");
        assertThat(again.status()).isEqualTo(ExitStatus.FAILED);
        init("--force", "--expires", "1h");
        assertThat(list().expiresAt()).isEqualTo(SigningDesk.NOW.plus(Duration.ofHours(1)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"30", "-1d", "0d", "soon", "2026-13-01T00:00:00Z", "1y"})
    void init_unusableExpiry_isRefused(String expires) {
        desk.wrong("--expires", "release", "init", "acme-kms", "--expires", expires, "--out", "@draft.json");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void init_expiryInThePast_isRefused() {
        desk.wrong(
                "expiresAt is not after issuedAt",
                "release init acme-kms --expires 2026-01-01T00:00:00Z --out @draft.json");
    }

    @Test
    void init_withoutOut_isRefused() {
        desk.wrong("--out is missing", "release init acme-kms");
    }

    @Test
    void add_everythingKnown_isNoted() throws Exception {
        init();
        Path image = Files.writeString(folder.resolve("kms.eif"), "an image");
        Files.writeString(folder.resolve("Dockerfile"), "FROM scratch");
        CommandRun run = desk.done(with(
                add(REGISTERS),
                "--image",
                "@kms.eif",
                "--repository",
                "https://code.example/kms",
                "--commit",
                "ab".repeat(20),
                "--recipe",
                "@Dockerfile",
                "--not-before",
                "2026-11-21T00:00:00Z",
                "--not-after",
                "90d"));
        assertThat(run.outLines()).containsExactly("kms-core 1.4.2 added");
        Release added = list().releases().get(0);
        assertThat(added.status()).isEqualTo(ReleaseStatus.ACTIVE);
        assertThat(added.image().orElseThrow().size()).isEqualTo(8);
        assertThat(added.image().orElseThrow().sha384().hex())
                .isEqualTo(HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-384").digest(Files.readAllBytes(image))));
        assertThat(added.source().orElseThrow().commit()).isEqualTo("ab".repeat(20));
        assertThat(added.notBefore()).contains(Instant.parse("2026-11-21T00:00:00Z"));
        assertThat(added.notAfter()).contains(SigningDesk.NOW.plus(Duration.ofDays(90)));
    }

    @Test
    void add_signingCertificate_givesPcr8() throws Exception {
        init();
        desk.done("pki self-signed party --dns party.example --key-type p384 --out @party");
        desk.done(with(add(REGISTERS), "--signing-certificate", "@party/party.crt"));
        Release added = list().releases().get(0);
        assertThat(added.pcrs().get(8)).isPresent();
        assertThat(added.certificate().orElseThrow().getSubjectX500Principal().getName())
                .isEqualTo("CN=party");
    }

    @Test
    void add_signingCertificateOfAnotherPcr8_isRefused() throws Exception {
        init();
        desk.done("pki self-signed party --dns party.example --key-type p384 --out @party");
        desk.rejected(
                "SIGNER_MISMATCH",
                with(add(REGISTERS), "--pcr", "8=" + "88".repeat(48), "--signing-certificate", "@party/party.crt"));
        assertThat(list().releases()).isEmpty();
    }

    @Test
    void add_sameNameAndVersion_isRefused() throws Exception {
        desk.draft("draft.json");
        desk.rejected("DUPLICATE_RELEASE", add(REGISTERS));
        assertThat(list().releases()).hasSize(1);
    }

    @Test
    void add_zeroRegister_isRefused() {
        init();
        desk.rejected("REGISTER_ZERO", with(add(REGISTERS), "--pcr", "3=" + "00".repeat(48)));
    }

    @Test
    void add_withoutPcr2_isRefused() {
        init();
        desk.rejected("REGISTER_MISSING", with(add(), REGISTERS[0], REGISTERS[1], REGISTERS[2], REGISTERS[3]));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "0=", "0=11", "x=11", "=11", "0=zz"})
    void add_unreadableRegister_isRefused(String pcr) {
        init();
        desk.wrong("is not a register", add("--pcr", pcr));
    }

    @Test
    void add_registerThatListsDoNotName_isRefused() {
        init();
        desk.wrong("PCR5 is none of 0, 1, 2, 3, 4, 8", with(add(REGISTERS), "--pcr", "5=" + "55".repeat(48)));
    }

    @Test
    void add_nothingMeasured_isRefused() {
        init();
        desk.wrong("nothing says what the release measures", add());
    }

    @ParameterizedTest
    @CsvSource({"1.4, semantic version", "v1.4.2, semantic version", "01.2.3, semantic version"})
    void add_versionThatIsNone_isRefused(String version, String words) {
        init();
        desk.wrong(
                words,
                with(
                        new String[] {"release", "add", "@draft.json", "--name", "kms-core", "--version", version},
                        REGISTERS));
    }

    @Test
    void add_halfASource_isRefused() {
        init();
        desk.wrong("go together", with(add(REGISTERS), "--commit", "ab".repeat(20)));
    }

    @Test
    void add_toSomethingElse_saysWhatItIs() throws Exception {
        Files.writeString(folder.resolve("draft.json"), "{\"hello\":1}");
        desk.wrong("is JSON of another kind, not a draft of a release list", add(REGISTERS));
    }

    @Test
    void deprecate_release_isStillThere() throws Exception {
        desk.draft("draft.json");
        desk.done("release deprecate @draft.json kms-core 1.4.2");
        assertThat(list().releases()).extracting(Release::status).containsExactly(ReleaseStatus.DEPRECATED);
    }

    @Test
    void deprecate_unknownVersion_namesThoseThereAre() {
        desk.draft("draft.json");
        CommandRun run = desk.wrong("no release kms-core 1.4.1", "release deprecate @draft.json kms-core 1.4.1");
        assertThat(run.err()).contains("its versions of kms-core: 1.4.2");
    }

    @Test
    void deprecate_revokedRelease_isRefused() throws Exception {
        desk.draft("draft.json");
        desk.done("release revoke @draft.json kms-core 1.4.2 --reason leaked");
        desk.wrong("is revoked", "release deprecate @draft.json kms-core 1.4.2");
        assertThat(list().releases()).extracting(Release::status).containsExactly(ReleaseStatus.REVOKED);
    }

    @Test
    void revoke_release_notesWhenAndWhy() throws Exception {
        desk.draft("draft.json");
        CommandRun run = desk.done("release revoke @draft.json kms-core 1.4.2 --reason CVE-2026-0001 --json");
        assertThat(run.out()).contains("\"done\":\"revoked\"");
        assertThat(list().releases().get(0).revocation()).hasValueSatisfying(why -> {
            assertThat(why.at()).isEqualTo(SigningDesk.NOW);
            assertThat(why.reason()).isEqualTo("CVE-2026-0001");
        });
    }

    @Test
    void revoke_twice_keepsTheFirstTime() {
        desk.draft("draft.json");
        String[] revoke = {"release", "revoke", "@draft.json", "kms-core", "1.4.2", "--reason", "leaked"};
        desk.done(revoke);
        desk.at(SigningDesk.NOW.plusSeconds(60)).wrong("revoked already, since " + SigningDesk.NOW, revoke);
    }

    @Test
    void revoke_reasonOfTwoLines_isRefused() {
        desk.draft("draft.json");
        desk.wrong("--reason", "release revoke @draft.json kms-core 1.4.2 --reason a\nb");
    }

    @Test
    void remove_release_isGone() throws Exception {
        desk.draft("draft.json").add("draft.json", "1.4.3", "12");
        desk.done("release remove @draft.json kms-core 1.4.2");
        assertThat(list().releases()).extracting(Release::version).containsExactly("1.4.3");
    }

    @Test
    void remove_revokedRelease_isWarnedOf() {
        desk.draft("draft.json");
        desk.done("release revoke @draft.json kms-core 1.4.2 --reason leaked");
        CommandRun run = desk.done("release remove @draft.json kms-core 1.4.2");
        assertThat(run.err()).contains("amesh: warning: kms-core 1.4.2 was revoked");
    }

    @Test
    void edit_signedList_isRefused() {
        desk.keys().draft("draft.json").sign("draft.json", "list.json", "alice");
        CommandRun run =
                desk.wrong("is a signed release list, not a draft", "release deprecate @list.json kms-core 1.4.2");
        assertThat(run.err()).contains("amesh release init --from");
    }

    @Test
    void add_whatAnotherReleaseMeasures_isWarnedOf() {
        init();
        desk.add("draft.json", "1.4.2", "11");
        CommandRun run = desk.done("release add @draft.json --name kms-core --version 1.4.3 --pcr 0=" + "11".repeat(48)
                + " --pcr 1=" + "22".repeat(48) + " --pcr 2=" + "33".repeat(48));
        assertThat(run.err()).contains("kms-core 1.4.2 has the same registers");
    }

    @Test
    void add_toAListOfTheMostReleases_isRefused() throws Exception {
        init();
        ReleaseList draft = list();
        List<Release> most = new ArrayList<>();
        PcrBank pcrs = PcrBank.of(Map.of(0, register(1), 1, register(2), 2, register(3)));
        for (int i = 0; i < ReleaseList.MAX_RELEASES; i++) {
            most.add(Release.of("many", "1.0." + i, pcrs));
        }
        ReleaseList full = new ReleaseList(draft.name(), 1, draft.issuedAt(), draft.expiresAt(), most);
        Files.write(folder.resolve("draft.json"), full.encode().toByteArray());
        desk.wrong(
                "more than 20000 releases",
                "release add @draft.json --name one --version 1.0.0 --pcr 0=" + "11".repeat(48) + " --pcr 1="
                        + "22".repeat(48) + " --pcr 2=" + "33".repeat(48));
    }

    private static Bytes register(int value) {
        byte[] bytes = new byte[48];
        Arrays.fill(bytes, (byte) value);
        return Bytes.of(bytes);
    }

    @Test
    void edit_whileAnotherEdits_isRefused() throws Exception {
        init();
        try (LockFile lock = Destination.lock(folder.resolve("draft.json"))) {
            CommandRun run = desk.run("release remove @draft.json kms-core 1.4.2");
            assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
            assertThat(run.err()).contains("another command is writing");
            lock.requireHeld();
        }
    }

    @Test
    void revoke_reasonThatTheLocaleGarbled_isRefused() {
        init();
        desk.add("draft.json", "1.4.2", "11");
        desk.wrong(
                "characters that this locale does not have",
                "release revoke @draft.json kms-core 1.4.2 --reason gr\uFFFDer");
    }

    @Test
    void add_measurementsThatAreAFolder_areRefused() {
        init();
        desk.wrong("is a folder, not a file", "release add @draft.json --name a --version 1.0.0 --measurements @");
    }
}
