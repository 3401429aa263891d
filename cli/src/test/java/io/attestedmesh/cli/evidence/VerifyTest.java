package io.attestedmesh.cli.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.evidence.AttestationRequest;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.simulator.EnclaveImage;
import io.attestedmesh.attest.simulator.EnclaveSpec;
import io.attestedmesh.attest.simulator.SimulatedNitro;
import io.attestedmesh.attest.tls.EvidenceExtension;
import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.cli.CommandRun;
import io.attestedmesh.cli.PublishedReleases;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import io.attestedmesh.releases.list.Release;
import io.attestedmesh.releases.trust.Bundle;
import io.attestedmesh.transport.pki.AlternativeNames;
import io.attestedmesh.transport.pki.CertificateAuthority;
import io.attestedmesh.transport.pki.CertificateDraft;
import io.attestedmesh.transport.pki.CertificateProfile;
import io.attestedmesh.transport.pki.KeyKind;
import io.attestedmesh.transport.pki.Pem;
import io.attestedmesh.transport.pki.PkiException;
import io.attestedmesh.transport.pki.PrivateKeys;
import io.attestedmesh.transport.pki.Validity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyTest {
    private static final EnclaveImage IMAGE =
            EnclaveImage.of("payments", Bytes.of("code".getBytes(StandardCharsets.UTF_8)));
    private static final Bytes NONCE = Bytes.fromHex("00112233");

    @TempDir
    static Path folder;

    private static Path cloud;
    private static Path document;
    private static Path debugDocument;
    private static Bytes encoded;

    @BeforeAll
    static void makeDocuments() throws Exception {
        cloud = folder.resolve("insecure-cloud");
        SimulatedNitro nitro = SimulatedNitro.openOrCreate(cloud, Clock.systemUTC(), new SecureRandom());
        AttestationRequest request =
                new AttestationRequest(Optional.of(Bytes.of((byte) 1)), Optional.empty(), Optional.of(NONCE));
        encoded = nitro.launch(EnclaveSpec.of(IMAGE)).attest(request);
        document = Files.write(folder.resolve("document.cbor"), encoded.toByteArray());
        Bytes debug = nitro.launch(EnclaveSpec.of(IMAGE).inDebugMode()).attest(request);
        debugDocument = Files.write(folder.resolve("debug.cbor"), debug.toByteArray());
    }

    private static CommandRun simulated(String... arguments) {
        return verify(new CommandRun.Setting(), simulatedArguments(arguments));
    }

    private static String[] simulatedArguments(String... arguments) {
        List<String> all = new ArrayList<>(List.of("--insecure-simulated-root", cloud.toString()));
        all.addAll(List.of(arguments));
        return all.toArray(String[]::new);
    }

    private static CommandRun verify(CommandRun.Setting setting, String... arguments) {
        List<String> all = new ArrayList<>(List.of("evidence", "verify"));
        all.addAll(List.of(arguments));
        return setting.run(all.toArray(String[]::new));
    }

    private static String pcr(int index, Bytes value) {
        return "--pcr=" + index + "=" + value.hex();
    }

    @Test
    void simulatedDocument_withItsRegisters_isAcceptedAndMarked() {
        CommandRun run =
                simulated(pcr(0, IMAGE.pcr0()), pcr(1, IMAGE.pcr1()), pcr(2, IMAGE.pcr2()), document.toString());
        assertThat(run.status()).isEqualTo(ExitStatus.DONE);
        assertThat(run.out()).contains("accepted").contains("SIMULATED");
        assertThat(run.err()).contains("amesh: warning: --insecure-simulated-root");
    }

    @Test
    void simulatedDocument_underTheAwsRoot_isRejected() {
        CommandRun run = verify(new CommandRun.Setting(), "--insecure-any-release", document.toString());
        assertThat(run.status()).isEqualTo(ExitStatus.REJECTED);
        assertThat(run.out())
                .contains("reason: UNTRUSTED_ROOT")
                .contains("expected: ")
                .contains("actual: ");
    }

    @Test
    void simulatorRoot_asHardwareRoot_isRefused() {
        CommandRun run = verify(
                new CommandRun.Setting(),
                "--root",
                cloud.resolve("root.crt").toString(),
                "--insecure-any-release",
                document.toString());
        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.err()).contains("amesh: hint: ").contains("--insecure-simulated-root");
    }

    @Test
    void oneRegisterDifferent_isUnknownRelease() {
        CommandRun run = simulated(pcr(0, IMAGE.pcr0()), pcr(1, IMAGE.pcr0()), document.toString());
        assertThat(run.status()).isEqualTo(ExitStatus.REJECTED);
        assertThat(run.out()).contains("reason: UNKNOWN_RELEASE");
    }

    @Test
    void registersThatSayNothingOfTheCode_areRefusedWithHint() {
        for (int index : new int[] {1, 2, 3, 4, 31}) {
            CommandRun run = simulated(pcr(index, IMAGE.pcr1()), document.toString());
            assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
            assertThat(run.out()).isEmpty();
            assertThat(run.err()).contains("any code would be accepted").contains("amesh: hint: give --pcr 0=HEX");
        }
    }

    @Test
    void imageAlone_orSignerAlone_isWarnedOf() {
        assertThat(simulated(pcr(0, IMAGE.pcr0()), document.toString()).err())
                .contains("amesh: warning: --pcr 0 without 1 and 2");
        assertThat(simulated(pcr(8, IMAGE.pcr0()), pcr(4, IMAGE.pcr0()), document.toString())
                        .err())
                .contains("amesh: warning: --pcr 8 without 0");
        assertThat(simulated(pcr(0, IMAGE.pcr0()), pcr(1, IMAGE.pcr1()), pcr(2, IMAGE.pcr2()), document.toString())
                        .err())
                .doesNotContain("--pcr");
    }

    @Test
    void certificatesWithEvidence_moreThanOne_areMalformed() throws PkiException {
        String one = certificate("a.example");
        CommandRun alone = certificates(one);
        assertThat(alone.out()).doesNotContain("SEVERAL_WITH_EVIDENCE").contains("reason: ");

        CommandRun two = certificates(one + certificate("b.example"));
        assertThat(two.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(two.out()).contains("SEVERAL_WITH_EVIDENCE");
    }

    private static CommandRun certificates(String pem) {
        CommandRun.Setting input = new CommandRun.Setting().input(pem.getBytes(StandardCharsets.US_ASCII));
        return verify(input, simulatedArguments("--insecure-any-release", "-"));
    }

    private static String certificate(String name) throws PkiException {
        SecureRandom random = new SecureRandom();
        CertificateProfile profile = CertificateProfile.node(
                name,
                AlternativeNames.of(List.of(name), List.of()),
                EnumSet.of(Usage.SERVER),
                Validity.from(Clock.systemUTC().instant(), Duration.ofHours(1)));
        CertificateDraft draft =
                CertificateAuthority.selfSigned(PrivateKeys.generate(KeyKind.P256, random), profile, random);
        for (EvidenceExtension.Encoded extension :
                EvidenceExtension.cmw(encoded).extensions()) {
            draft = draft.with(extension.oid(), extension.value().toByteArray());
        }
        return new String(Pem.encode(draft.sign()), StandardCharsets.US_ASCII);
    }

    @Test
    void noReference_isUsageError() {
        CommandRun run = simulated(document.toString());
        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("nothing says which code is accepted").contains("amesh: hint: give --pcr");
    }

    @Test
    void twoReferences_areUsageError() {
        CommandRun run = simulated("--insecure-any-release", pcr(0, IMAGE.pcr0()), document.toString());
        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
    }

    @Test
    void emptyRegister_isRefusedWithHint() {
        CommandRun run = simulated("--pcr=0=", document.toString());
        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.err()).contains("empty expectation").contains("amesh: hint: ");
    }

    @Test
    void zeroRegister_isRefusedWithHint() {
        CommandRun run = simulated("--pcr=0=" + "00".repeat(48), document.toString());
        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.err()).contains("all zero").contains("amesh: hint: ");
    }

    @Test
    void shortRegister_isRefused() {
        assertThat(simulated("--pcr=0=0011", document.toString()).status()).isEqualTo(ExitStatus.USAGE);
    }

    @Test
    void registerOutOfRange_isRefused() {
        assertThat(simulated("--pcr=32=" + "11".repeat(48), document.toString()).status())
                .isEqualTo(ExitStatus.USAGE);
    }

    @Test
    void registerGivenTwice_isRefused() {
        CommandRun run = simulated(pcr(0, IMAGE.pcr0()), pcr(0, IMAGE.pcr1()), document.toString());
        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
    }

    @Test
    void debugDocument_isRejectedAsSuch_evenForAnyRelease() {
        CommandRun run = simulated("--insecure-any-release", debugDocument.toString());
        assertThat(run.status()).isEqualTo(ExitStatus.REJECTED);
        assertThat(run.out()).contains("reason: DEBUG_ENCLAVE");
    }

    @Test
    void debugDocument_withTheFlag_isAcceptedAndMarked() {
        CommandRun run = simulated("--insecure-any-release", "--insecure-allow-debug", debugDocument.toString());
        assertThat(run.status()).isEqualTo(ExitStatus.DONE);
        assertThat(run.out()).contains("DEBUG");
    }

    @Test
    void nonce_equal_isAccepted() {
        CommandRun run = simulated("--insecure-any-release", "--nonce", NONCE.hex(), document.toString());
        assertThat(run.status()).isEqualTo(ExitStatus.DONE);
    }

    @Test
    void nonce_different_isRejected() {
        CommandRun run = simulated("--insecure-any-release", "--nonce", "ff", document.toString());
        assertThat(run.status()).isEqualTo(ExitStatus.REJECTED);
        assertThat(run.out()).contains("reason: NONCE_MISMATCH");
    }

    @Test
    void nonce_empty_isRefused() {
        assertThat(simulated("--insecure-any-release", "--nonce=", document.toString())
                        .status())
                .isEqualTo(ExitStatus.USAGE);
    }

    @Test
    void tomorrow_isExpired_andAtDocumentTimeAccepted() {
        CommandRun.Setting tomorrow =
                new CommandRun.Setting().at(Clock.systemUTC().instant().plusSeconds(86_400));
        String[] now = simulatedArguments("--insecure-any-release", document.toString());
        assertThat(verify(tomorrow, now).out()).contains("reason: EVIDENCE_CHAIN_EXPIRED");
        String[] then = simulatedArguments("--insecure-any-release", "--time", "document", document.toString());
        assertThat(verify(tomorrow, then).status()).isEqualTo(ExitStatus.DONE);
    }

    @Test
    void anInstant_isTakenAsTime() {
        CommandRun run = simulated("--insecure-any-release", "--time", "2020-01-01T00:00:00Z", document.toString());
        assertThat(run.status()).isEqualTo(ExitStatus.REJECTED);
    }

    @Test
    void timeOutOfRange_isUsageError() {
        CommandRun run =
                simulated("--insecure-any-release", "--time", "+1000000000-01-01T00:00:00Z", document.toString());
        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
    }

    @Test
    void timeUnknownWord_isUsageErrorWithHint() {
        CommandRun run = simulated("--insecure-any-release", "--time", "yesterday", document.toString());
        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.err()).contains("now, document, or an instant");
    }

    @Test
    void everyTextEncoding_isRecognised() {
        byte[] bytes = encoded.toByteArray();
        List<String> texts = List.of(
                Base64.getEncoder().encodeToString(bytes),
                Base64.getMimeEncoder().encodeToString(bytes),
                Base64.getUrlEncoder().withoutPadding().encodeToString(bytes) + "\n",
                encoded.hex(),
                "0x" + encoded.hex().toUpperCase(java.util.Locale.ROOT) + "\r\n");
        for (String text : texts) {
            CommandRun.Setting input = new CommandRun.Setting().input(text.getBytes(StandardCharsets.US_ASCII));
            CommandRun run = verify(input, simulatedArguments("--insecure-any-release", "-"));
            assertThat(run.status()).as(text.substring(0, 20)).isEqualTo(ExitStatus.DONE);
        }
    }

    @Test
    void documentThatHoldsPemText_isStillADocument() throws Exception {
        Bytes pem = Bytes.of("-----BEGIN CERTIFICATE-----".getBytes(StandardCharsets.US_ASCII));
        Bytes made = SimulatedNitro.openOrCreate(cloud, Clock.systemUTC(), new SecureRandom())
                .launch(EnclaveSpec.of(IMAGE))
                .attest(new AttestationRequest(Optional.empty(), Optional.of(pem), Optional.empty()));
        CommandRun.Setting input = new CommandRun.Setting().input(made.toByteArray());
        CommandRun run = verify(input, simulatedArguments("--insecure-any-release", "-"));
        assertThat(run.status()).isEqualTo(ExitStatus.DONE);
    }

    @Test
    void malformedAmongAccepted_decidesTheExitStatus() throws IOException {
        Path broken = Files.writeString(folder.resolve("broken"), "no evidence at all");
        CommandRun run = simulated(
                "--insecure-any-release", "--json", document.toString(), broken.toString(), debugDocument.toString());
        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.outLines()).hasSize(3);
        assertThat(run.outLines().get(1)).contains("\"result\":\"malformed\"").contains("\"pcrs\":null");
        assertThat(run.err()).contains("1 accepted, 1 rejected, 1 malformed");
    }

    @Test
    void hugeInput_isMalformed_andNotReadWhole() {
        CommandRun.Setting input = new CommandRun.Setting().input(new byte[EvidenceFile.MAX_SIZE + 1]);
        CommandRun run = verify(input, simulatedArguments("--insecure-any-release", "--json", "-"));
        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.out()).contains("INPUT_TOO_LARGE");
    }

    @Test
    void absentFile_cannotBeDone() {
        CommandRun run =
                simulated("--insecure-any-release", folder.resolve("absent").toString());
        assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
        assertThat(run.err()).contains("amesh: error: no such file: ");
    }

    private static PublishedReleases published(String name) throws Exception {
        return new PublishedReleases(Files.createDirectory(folder.resolve(name)), Clock.systemUTC());
    }

    private static Release release() {
        return PublishedReleases.release("1.4.0", IMAGE);
    }

    private static CommandRun underList(PublishedReleases list, String... more) {
        return underList(list.bundle(), list.root(), more);
    }

    private static CommandRun underList(Path list, Path root, String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("--releases", list.toString(), "--trust-root", root.toString()));
        arguments.addAll(List.of(more));
        arguments.add(document.toString());
        return simulated(arguments.toArray(String[]::new));
    }

    @Test
    void listedRelease_isAcceptedByItsName() throws Exception {
        PublishedReleases list = published("listed");
        list.publish(release());

        CommandRun run = underList(list);

        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.DONE);
        assertThat(run.out()).contains("release: payments 1.4.0\n");
    }

    @Test
    void listByItself_isAcceptedAsABundleIs() throws Exception {
        PublishedReleases list = published("bare");
        list.publish(release());
        Bytes envelope =
                Bundle.parse(Bytes.of(Files.readAllBytes(list.bundle()))).list().encode();
        Path bare = Files.write(folder.resolve("bare/list.json"), envelope.toByteArray());

        CommandRun run = underList(bare, list.root());

        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.DONE);
    }

    @Test
    void deprecatedRelease_isAcceptedAndMarked() throws Exception {
        PublishedReleases list = published("deprecated");
        list.publish(release().deprecated());

        assertThat(underList(list).out()).contains("release: payments 1.4.0, DEPRECATED");
        assertThat(underList(list, "--json").out()).contains("\"deprecated\":true");
    }

    @Test
    void revokedRelease_isRejected() throws Exception {
        PublishedReleases list = published("revoked");
        list.publish(PublishedReleases.revoked(release()));

        CommandRun run = underList(list);

        assertThat(run.status()).isEqualTo(ExitStatus.REJECTED);
        assertThat(run.out()).contains("reason: RELEASE_REVOKED").contains("a defect");
    }

    @Test
    void releaseThatIsNotListed_isUnknown() throws Exception {
        PublishedReleases list = published("another");
        list.publish(PublishedReleases.release("1.4.0", EnclaveImage.of("another", Bytes.of((byte) 1))));

        assertThat(underList(list).out()).contains("reason: UNKNOWN_RELEASE");
    }

    @Test
    void listUnderTheRootOfOthers_isRejectedBeforeAnyDocument() throws Exception {
        PublishedReleases list = published("ours");
        list.publish(release());
        PublishedReleases others = published("others");

        CommandRun run = underList(list.bundle(), others.root());

        assertThat(run.status()).isEqualTo(ExitStatus.REJECTED);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("reason: ").contains("expected: ").contains("actual: ");
    }

    @Test
    void expiredList_isRejected_whateverTheTimeOfTheDocument() throws Exception {
        Clock lastMonth = Clock.offset(Clock.systemUTC(), Duration.ofDays(-31));
        PublishedReleases list = new PublishedReleases(Files.createDirectory(folder.resolve("expired")), lastMonth);
        list.publish(release());

        CommandRun run = underList(list, "--time", "document");

        assertThat(run.status()).isEqualTo(ExitStatus.REJECTED);
        assertThat(run.err()).contains("reason: LIST_EXPIRED");
    }

    @Test
    void unsignedList_isRefused() throws Exception {
        PublishedReleases list = published("draft");
        list.publish(release());
        Bundle bundle = Bundle.parse(Bytes.of(Files.readAllBytes(list.bundle())));
        Path unsigned = Files.write(
                folder.resolve("draft/list.json"),
                SignedEnvelope.unsigned(bundle.list().payload()).encode().toByteArray());
        Path draft = Files.write(
                folder.resolve("draft/draft.json"), bundle.list().payload().toByteArray());

        assertThat(underList(unsigned, list.root()).err()).contains("reason: THRESHOLD_NOT_MET");
        assertThat(underList(draft, list.root()).status()).isEqualTo(ExitStatus.USAGE);
    }

    @Test
    void listWithoutARoot_andARootWithoutAList_areUsageErrors() throws Exception {
        PublishedReleases list = published("halves");
        list.publish(release());

        CommandRun noRoot = simulated("--releases", list.bundle().toString(), document.toString());
        CommandRun noList = simulated("--trust-root", list.root().toString(), document.toString());

        assertThat(noRoot.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(noRoot.err()).contains("--trust-root");
        assertThat(noList.status()).isEqualTo(ExitStatus.USAGE);
    }

    @Test
    void trustRootBesideRegisters_isUsageError() throws Exception {
        PublishedReleases list = published("both");

        CommandRun run = simulated("--trust-root", list.root().toString(), pcr(0, IMAGE.pcr0()), document.toString());

        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
    }

    @Test
    void bundleInPlaceOfTheRoot_isUsageError() throws Exception {
        PublishedReleases list = published("swapped");
        list.publish(release());

        assertThat(underList(list.root(), list.bundle()).status()).isEqualTo(ExitStatus.USAGE);
    }

    @Test
    void listThatIsNone_isUsageError() throws Exception {
        PublishedReleases list = published("none");
        Path old = Files.writeString(folder.resolve("none/releases.json"), "{\"releases\":[]}");

        CommandRun run = underList(old, list.root());

        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.out()).isEmpty();
    }
}
