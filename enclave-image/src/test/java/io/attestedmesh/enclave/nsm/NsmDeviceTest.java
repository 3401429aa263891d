package io.attestedmesh.enclave.nsm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.evidence.AttestationDocument;
import io.attestedmesh.attest.evidence.AttestationRequest;
import io.attestedmesh.attest.evidence.AttesterException;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.CoseSign1;
import io.attestedmesh.attest.evidence.MalformedEvidenceException;
import io.attestedmesh.attest.evidence.Vectors;
import io.attestedmesh.attest.nsm.Nsm;
import io.attestedmesh.attest.nsm.NsmError;
import io.attestedmesh.attest.nsm.NsmException;
import io.attestedmesh.attest.nsm.PcrState;
import io.attestedmesh.attest.simulator.EnclaveImage;
import io.attestedmesh.attest.simulator.EnclaveSpec;
import io.attestedmesh.attest.simulator.SimulatedNitro;
import io.attestedmesh.attest.simulator.SimulatedNsm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NsmDeviceTest {
    private static final Bytes KEY = Bytes.of((byte) 1, (byte) 2);
    private static final Bytes NONCE = Bytes.of((byte) 3);

    private final SimulatedNsm module = SimulatedNitro.inMemory(Clock.systemUTC(), new SecureRandom())
            .launch(EnclaveSpec.of(EnclaveImage.of("image", KEY)));
    private final NsmDevice device = new NsmDevice(new SoftwareNsm(module));

    @Test
    void describe_saysWhatTheModuleIs() throws Exception {
        assertThat(device.describe()).isEqualTo(module.describe());
    }

    @Test
    void describePcr_ofTheImage_isLockedWithItsValue() throws Exception {
        assertThat(device.describePcr(0))
                .isEqualTo(new PcrState(true, module.pcrs().get(0).orElseThrow()));
        assertThat(device.describePcr(31)).isEqualTo(new PcrState(false, Bytes.of(new byte[48])));
    }

    @Test
    void extendPcr_thenLock_showsInDescribe() throws Exception {
        Bytes value = device.extendPcr(16, NONCE);
        device.lockPcr(16);

        assertThat(device.describePcr(16)).isEqualTo(new PcrState(true, value));
        assertRefused(NsmError.READ_ONLY_INDEX, () -> device.extendPcr(16, NONCE));
    }

    @Test
    void lockPcrs_locksAllBelow() throws Exception {
        device.lockPcrs(20);

        assertThat(device.describe().lockedPcrs()).contains(19).doesNotContain(20);
    }

    @Test
    void random_gives256Bytes() throws Exception {
        assertThat(device.random().size()).isEqualTo(256);
    }

    @Test
    void attest_givesADocumentWithWhatWasAsked() throws Exception {
        Bytes encoded = device.attest(new AttestationRequest(Optional.of(KEY), Optional.empty(), Optional.of(NONCE)));

        AttestationDocument document = AttestationDocument.parse(encoded);
        assertThat(document.publicKey()).contains(KEY);
        assertThat(document.userData()).isEmpty();
        assertThat(document.nonce()).contains(NONCE);
    }

    @Test
    void requests_ofManyThreads_eachGetTheirOwnAnswer() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<Optional<Bytes>>> answers = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                Bytes nonce = Bytes.of((byte) i, (byte) (i >> 8));
                answers.add(threads.submit(() -> nonceOf(device.attest(
                        new AttestationRequest(Optional.empty(), Optional.empty(), Optional.of(nonce))))));
            }
            for (int i = 0; i < 200; i++) {
                assertThat(answers.get(i).get()).contains(Bytes.of((byte) i, (byte) (i >> 8)));
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 32, Integer.MAX_VALUE})
    void register_thatDoesNotExist_isRefusedBeforeTheDevice(int index) {
        assertRefused(NsmError.INVALID_INDEX, () -> device.describePcr(index));
        assertRefused(NsmError.INVALID_INDEX, () -> device.extendPcr(index, NONCE));
        assertRefused(NsmError.INVALID_INDEX, () -> device.lockPcr(index));
    }

    @Test
    void lockPcrs_beyondTheLast_isRefused() {
        assertRefused(NsmError.INVALID_INDEX, () -> device.lockPcrs(33));
        assertRefused(NsmError.INVALID_INDEX, () -> device.lockPcrs(-1));
    }

    @Test
    void extendPcr_withTooMuch_isRefused() {
        assertRefused(
                NsmError.INPUT_TOO_LARGE, () -> device.extendPcr(16, Bytes.of(new byte[Nsm.MAX_EXTEND_SIZE + 1])));
    }

    @Test
    void attest_withAFieldTooLong_isRefused() {
        Optional<Bytes> tooLong = Optional.of(Bytes.of(new byte[Nsm.MAX_FIELD_SIZE + 1]));
        assertNotAttested(
                NsmError.INPUT_TOO_LARGE, new AttestationRequest(tooLong, Optional.empty(), Optional.empty()));
        assertNotAttested(
                NsmError.INPUT_TOO_LARGE, new AttestationRequest(Optional.empty(), tooLong, Optional.empty()));
        assertNotAttested(
                NsmError.INPUT_TOO_LARGE, new AttestationRequest(Optional.empty(), Optional.empty(), tooLong));
    }

    @Test
    void attest_withAnEmptyKey_isRefusedByTheModule() {
        assertThatThrownBy(() -> device.attest(
                        new AttestationRequest(Optional.of(Bytes.EMPTY), Optional.empty(), Optional.empty())))
                .isInstanceOf(AttesterException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "InvalidArgument, INVALID_ARGUMENT",
        "InvalidIndex, INVALID_INDEX",
        "InvalidResponse, INVALID_RESPONSE",
        "ReadOnlyIndex, READ_ONLY_INDEX",
        "InvalidOperation, INVALID_OPERATION",
        "BufferTooSmall, BUFFER_TOO_SMALL",
        "InputTooLarge, INPUT_TOO_LARGE",
        "InternalError, INTERNAL_ERROR",
        "Success, UNEXPECTED_ANSWER",
        "SomethingNew, UNEXPECTED_ANSWER"
    })
    void error_ofTheModule_isTyped(String code, NsmError expected) throws Exception {
        assertRefused(expected, answering(SoftwareNsm.encode(cbor -> {
            cbor.writeStartObject();
            cbor.writeStringField("Error", code);
            cbor.writeEndObject();
        }))::describe);
    }

    @Test
    void answer_ofAnotherForm_isRefused() throws Exception {
        Map<String, Bytes> answers = Map.of(
                "nothing", Bytes.EMPTY,
                "no CBOR", Bytes.fromHex("ff"),
                "two items", Bytes.fromHex("0000"),
                "a number", Bytes.fromHex("01"),
                "another request's", SoftwareNsm.encode(cbor -> cbor.writeString("LockPCR")),
                "without fields", SoftwareNsm.map("GetRandom", cbor -> {}),
                "a text for bytes", SoftwareNsm.map("GetRandom", cbor -> cbor.writeStringField("random", "7")),
                "no bytes", SoftwareNsm.map("GetRandom", cbor -> cbor.writeBinaryField("random", new byte[0])),
                "more than 256", SoftwareNsm.map("GetRandom", cbor -> cbor.writeBinaryField("random", new byte[257])),
                "deep", Bytes.concat(Bytes.of(filled(100, (byte) 0x81)), Bytes.of((byte) 0)));
        for (Map.Entry<String, Bytes> each : answers.entrySet()) {
            assertThatThrownBy(() -> answering(each.getValue()).random())
                    .as(each.getKey())
                    .isInstanceOfSatisfying(
                            NsmException.class, e -> assertThat(e.error()).isEqualTo(NsmError.UNEXPECTED_ANSWER));
        }
    }

    @Test
    void answer_withFieldsTwice_isRefused() throws Exception {
        assertRefused(NsmError.UNEXPECTED_ANSWER, answering(SoftwareNsm.map("GetRandom", cbor -> {
            cbor.writeBinaryField("random", new byte[] {1});
            cbor.writeBinaryField("random", new byte[] {2});
        }))::random);
    }

    @Test
    void register_ofAnotherSize_isRefused() throws Exception {
        NsmDevice short32 = answering(SoftwareNsm.map("DescribePCR", cbor -> {
            cbor.writeBooleanField("lock", true);
            cbor.writeBinaryField("data", new byte[32]);
        }));

        assertRefused(NsmError.UNEXPECTED_ANSWER, () -> short32.describePcr(0));
    }

    @Test
    void device_thatFails_isUnavailable() {
        NsmDevice broken = new NsmDevice(new NsmChannel() {
            @Override
            public Bytes exchange(Bytes request) throws IOException {
                throw new IOException("gone");
            }

            @Override
            public void close() {}
        });

        assertRefused(NsmError.DEVICE_UNAVAILABLE, broken::describe);
        assertRefused(NsmError.DEVICE_UNAVAILABLE, broken::random);
    }

    @Test
    void open_whereThereIsNoDevice_saysSo(@TempDir Path folder) {
        Path none = folder.resolve("nsm");

        assertThatThrownBy(() -> NsmDevice.open(none))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(none.toString());
    }

    @Test
    void exchange_withAFileThatIsNoDevice_isUnavailable(@TempDir Path folder) throws Exception {
        Path file = Files.createFile(folder.resolve("nsm"));

        try (NsmDevice notADevice = NsmDevice.open(file)) {
            assertRefused(NsmError.DEVICE_UNAVAILABLE, notADevice::describe);
        }
    }

    @Test
    void exchange_afterClose_isUnavailable(@TempDir Path folder) throws Exception {
        NsmDevice closed = NsmDevice.open(Files.createFile(folder.resolve("nsm")));
        closed.close();
        closed.close();

        assertRefused(NsmError.DEVICE_UNAVAILABLE, closed::random);
    }

    /** The raw answer of an emulator, whose document nobody signed: read here, refused by whoever reads the document. */
    @Test
    void attest_withAnEmulatorsAnswer_givesWhatTheVerifierRefuses() throws Exception {
        NsmDevice emulated = answering(Vectors.bytes("eif/qemu-nsm-attestation-response.cbor"));

        Bytes document = emulated.attest(new AttestationRequest(Optional.empty(), Optional.empty(), Optional.empty()));

        assertThat(document.size()).isEqualTo(1203);
        assertThatThrownBy(() -> CoseSign1.parse(document))
                .isInstanceOfSatisfying(
                        MalformedEvidenceException.class,
                        e -> assertThat(e.reason().name()).isEqualTo("COSE_PROTECTED_HEADER"));
    }

    private static Optional<Bytes> nonceOf(Bytes document) throws MalformedEvidenceException {
        return AttestationDocument.parse(document).nonce();
    }

    private static NsmDevice answering(Bytes answer) {
        return new NsmDevice(new NsmChannel() {
            @Override
            public Bytes exchange(Bytes request) {
                return answer;
            }

            @Override
            public void close() {}
        });
    }

    private static byte[] filled(int size, byte value) {
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, value);
        return bytes;
    }

    private void assertNotAttested(NsmError error, AttestationRequest request) {
        assertThatThrownBy(() -> device.attest(request))
                .isInstanceOf(AttesterException.class)
                .cause()
                .isInstanceOfSatisfying(
                        NsmException.class, e -> assertThat(e.error()).isEqualTo(error));
    }

    private static void assertRefused(NsmError error, ThrowingCallable request) {
        assertThatThrownBy(request)
                .isInstanceOfSatisfying(
                        NsmException.class, e -> assertThat(e.error()).isEqualTo(error));
    }
}
