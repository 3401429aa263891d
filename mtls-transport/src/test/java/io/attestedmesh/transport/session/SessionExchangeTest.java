package io.attestedmesh.transport.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.evidence.AttestationRequest;
import io.attestedmesh.attest.evidence.AttesterException;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.policy.ExpectedClaims;
import io.attestedmesh.attest.policy.PolicyReason;
import io.attestedmesh.attest.tls.SessionTranscript;
import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The messages of session attestation, without a connection. */
final class SessionExchangeTest {
    private static final Bytes EXPORTER = part(1);
    private static final Bytes CLIENT_KEY = Bytes.of((byte) 2);
    private static final Bytes SERVER_KEY = Bytes.of((byte) 3);
    private static final Bytes NONCE_OF_CLIENT = part(4);
    private static final Bytes NONCE_OF_SERVER = part(5);

    private final Side client = new Side(Usage.CLIENT);
    private final Side server = new Side(Usage.SERVER);

    private static Bytes part(int value) {
        byte[] bytes = new byte[SessionTranscript.PART];
        bytes[0] = (byte) value;
        return Bytes.of(bytes);
    }

    /** One side, whose documents say what was asked for, and who takes what says so. */
    private static final class Side {
        private final PendingEvidence pending = new PendingEvidence();
        private final List<AttestationRequest> asked = new ArrayList<>();
        private CompletableFuture<Bytes> nextDocument;
        private final SessionExchange exchange;

        Side(Usage role) {
            this(role, Side::appraise);
        }

        Side(Usage role, SessionExchange.Appraisal appraisal) {
            exchange = new SessionExchange(
                    role,
                    role == Usage.CLIENT ? NONCE_OF_CLIENT : NONCE_OF_SERVER,
                    peer -> role == Usage.CLIENT
                            ? transcript(NONCE_OF_CLIENT, peer)
                            : transcript(peer, NONCE_OF_SERVER),
                    this::document,
                    appraisal,
                    pending);
        }

        private CompletableFuture<Bytes> document(AttestationRequest request) {
            asked.add(request);
            return nextDocument != null ? nextDocument : CompletableFuture.completedFuture(saying(request));
        }

        private static Bytes saying(AttestationRequest request) {
            return Bytes.concat(
                    request.publicKey().orElseThrow(),
                    request.userData().orElseThrow(),
                    request.nonce().orElseThrow());
        }

        private static void appraise(Bytes document, ExpectedClaims claims) throws RejectedCertificateException {
            Bytes expected = Bytes.concat(
                    claims.publicKey().orElseThrow(),
                    claims.userDataPrefix().orElseThrow(),
                    claims.nonce().orElseThrow());
            if (!document.equals(expected)) {
                throw new RejectedCertificateException(PolicyReason.USER_DATA_MISMATCH, expected.hex(), document.hex());
            }
        }

        void work() {
            for (Optional<Runnable> task = exchange.task(); task.isPresent(); task = exchange.task()) {
                task.get().run();
            }
        }

        byte[] sends() {
            ByteBuffer all = ByteBuffer.allocate(1 << 16);
            for (Optional<ByteBuffer> next = exchange.outgoing(); next.isPresent(); next = exchange.outgoing()) {
                all.put(next.get());
            }
            return Bytes.of(all.array()).slice(0, all.position()).toByteArray();
        }

        void gets(byte[] bytes) {
            exchange.receive(ByteBuffer.wrap(bytes));
            work();
        }

        void gets(Frame frame) {
            gets(frame.encoded().array());
        }

        Optional<String> reason() {
            return exchange.rejection().map(why -> why.reason().name());
        }
    }

    private static SessionTranscript transcript(Bytes ofClient, Bytes ofServer) {
        return new SessionTranscript(EXPORTER, CLIENT_KEY, SERVER_KEY, ofClient, ofServer);
    }

    private static Frame nonce() {
        return new Frame(Frame.Type.NONCE, part(9));
    }

    private static Frame evidence() {
        return new Frame(Frame.Type.EVIDENCE, Bytes.of((byte) 1, (byte) 2));
    }

    private void talk() {
        for (int i = 0; i < 6; i++) {
            server.gets(client.sends());
            client.gets(server.sends());
        }
    }

    @Test
    void twoHonestSides_acceptEachOther() {
        talk();

        assertThat(client.exchange.isComplete()).isTrue();
        assertThat(server.exchange.isComplete()).isTrue();
        assertThat(client.exchange.outgoing()).isEmpty();
    }

    @Test
    void twoHonestSides_byteByByte_acceptEachOther() {
        for (int i = 0; i < 6; i++) {
            for (byte one : client.sends()) {
                server.gets(new byte[] {one});
            }
            for (byte one : server.sends()) {
                client.gets(new byte[] {one});
            }
        }

        assertThat(client.exchange.isComplete()).isTrue();
        assertThat(server.exchange.isComplete()).isTrue();
    }

    @Test
    void document_isAskedForOnce_andBoundToKeyNonceAndTranscript() {
        talk();

        SessionTranscript both = transcript(NONCE_OF_CLIENT, NONCE_OF_SERVER);
        assertThat(client.asked)
                .containsExactly(new AttestationRequest(
                        Optional.of(CLIENT_KEY),
                        Optional.of(both.userData(Usage.CLIENT)),
                        Optional.of(NONCE_OF_SERVER)));
        assertThat(server.asked)
                .containsExactly(new AttestationRequest(
                        Optional.of(SERVER_KEY),
                        Optional.of(both.userData(Usage.SERVER)),
                        Optional.of(NONCE_OF_CLIENT)));
    }

    @Test
    void first_isTheNonce_andNothingElseUntilThePeersCame() {
        assertThat(client.sends())
                .isEqualTo(
                        new Frame(Frame.Type.NONCE, NONCE_OF_CLIENT).encoded().array());
        assertThat(client.exchange.outgoing()).isEmpty();
        assertThat(client.exchange.needsTask()).isFalse();
    }

    @Test
    void peerWhoseEvidenceIsRefused_isTold_andNotAccepted() {
        client.sends();
        client.gets(nonce());
        client.gets(evidence());

        assertThat(client.reason()).contains("USER_DATA_MISMATCH");
        assertThat(client.exchange.isComplete()).isFalse();
        byte[] sent = client.sends();
        byte[] last = SessionVerdict.rejected(PolicyReason.USER_DATA_MISMATCH)
                .frame()
                .encoded()
                .array();
        assertThat(new String(sent, StandardCharsets.ISO_8859_1))
                .endsWith(new String(last, StandardCharsets.ISO_8859_1));
    }

    @Test
    void peerThatRefuses_endsItWithItsReason() {
        client.sends();
        client.gets(SessionVerdict.rejected(PolicyReason.UNKNOWN_RELEASE).frame());

        assertThat(client.exchange.peerVerdict().flatMap(SessionVerdict::rejection))
                .contains("UNKNOWN_RELEASE");
        assertThat(client.exchange.isComplete()).isFalse();
    }

    @Test
    void acceptance_beforeOurEvidenceWasMade_isRefused() {
        client.nextDocument = new CompletableFuture<>();
        client.sends();
        client.pending.onReady(() -> {});
        client.gets(nonce());
        client.gets(evidence());
        client.gets(SessionVerdict.ACCEPTED.frame());

        assertThat(client.reason()).isPresent();
        assertThat(client.exchange.isComplete()).isFalse();
    }

    @Test
    void acceptance_beforeOurEvidenceWasSent_isRefused() {
        client.sends();
        client.gets(nonce());
        client.exchange.receive(evidence().encoded());
        client.gets(SessionVerdict.ACCEPTED.frame());

        assertThat(client.reason()).contains("BAD_FRAME");
    }

    @Test
    void acceptance_insteadOfEvidence_isRefused() {
        client.sends();
        client.gets(nonce());
        client.sends();
        client.gets(SessionVerdict.ACCEPTED.frame());

        assertThat(client.reason()).contains("BAD_FRAME");
        assertThat(client.exchange.isComplete()).isFalse();
    }

    @Test
    void oneByte_behindTheVerdict_isRefused() {
        server.gets(client.sends());
        client.gets(server.sends());
        server.gets(client.sends());
        assertThat(server.exchange.outgoing()).isPresent();
        assertThat(client.exchange.isComplete()).isFalse();

        client.gets(Bytes.concat(Bytes.of(server.sends()), Bytes.of((byte) 'G')).toByteArray());

        assertThat(client.reason()).contains("BAD_FRAME");
        assertThat(client.exchange.isComplete()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"EVIDENCE", "VERDICT"})
    void firstFrame_thatIsNoNonce_isRefused(String type) {
        client.sends();
        client.gets(type.equals("EVIDENCE") ? evidence() : SessionVerdict.ACCEPTED.frame());

        assertThat(client.reason()).contains("BAD_FRAME");
        assertThat(client.asked).isEmpty();
    }

    @Test
    void secondNonce_isRefused() {
        client.sends();
        client.gets(nonce());
        client.gets(nonce());

        assertThat(client.reason()).contains("BAD_FRAME");
    }

    @Test
    void secondEvidence_isRefused() {
        server.gets(client.sends());
        client.gets(server.sends());
        assertThat(client.reason()).isEmpty();
        client.gets(evidence());

        assertThat(client.reason()).contains("BAD_FRAME");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00010020", // version 0
                "02010020", // version 2
                "01000020", // type 0
                "01040020", // type 4
                "01ff0020",
                "01010000", // a nonce of no bytes
                "0101001f",
                "01010021",
                "0101ffff",
                "01020000", // evidence of no bytes
                "01024081", // one byte more than a document may have
                "0102ffff",
                "01030000", // a verdict of no bytes
                "01030042",
                "0103ffff",
                "0103000100", // neither 1 nor 2
                "0103000103",
                "0103000102", // rejected without a reason
                "010300020101", // accepted with one
                "010300020261", // in small letters
                "01030002020a",
                "0103000202ff",
                "474554202f", // GET /
                "16030100"
            })
    void malformedFrame_isRefused_andThePeerIsTold(String hex) {
        client.sends();
        client.gets(Bytes.fromHex(hex).toByteArray());

        assertThat(client.reason()).contains("BAD_FRAME");
        assertThat(new String(client.sends(), StandardCharsets.ISO_8859_1)).endsWith("BAD_FRAME");
    }

    @Test
    void afterABadFrame_nothingIsRead() {
        client.sends();
        client.gets(new byte[] {7, 7, 7, 7});
        client.gets(nonce());
        client.gets(SessionVerdict.ACCEPTED.frame());

        assertThat(client.asked).isEmpty();
        assertThat(client.exchange.peerVerdict()).isEmpty();
    }

    @Test
    void afterARejection_framesAreReadForTheVerdictOnly() {
        client.sends();
        client.gets(nonce());
        client.exchange.reject(new RejectedCertificateException(SessionReason.NO_DOCUMENT, "one", "none"));
        client.exchange.receive(evidence().encoded());
        assertThat(client.exchange.needsTask()).isFalse();
        client.gets(SessionVerdict.rejected(PolicyReason.TOO_OLD).frame());

        assertThat(client.exchange.peerVerdict().flatMap(SessionVerdict::rejection))
                .contains("TOO_OLD");
    }

    @Test
    void afterARejection_badFramesAreTakenCalmly_andTheFirstReasonCounts() {
        client.exchange.reject(new RejectedCertificateException(SessionReason.NO_DOCUMENT, "one", "none"));
        client.gets(new byte[] {9, 9, 9, 9});
        client.gets(new byte[] {9});

        assertThat(client.reason()).contains("NO_DOCUMENT");
    }

    @Test
    void appraisalThatFails_isNoAcceptance_andThePeerIsTold() {
        Side broken = new Side(Usage.SERVER, (document, claims) -> {
            throw new IllegalStateException("a defect of ours");
        });
        broken.sends();
        broken.gets(nonce());
        broken.gets(evidence());

        assertThat(broken.reason()).contains("NO_VERDICT");
        assertThat(broken.exchange.rejection().orElseThrow().actual()).contains("a defect of ours");
        assertThat(new String(broken.sends(), StandardCharsets.ISO_8859_1)).endsWith("NO_VERDICT");
    }

    @Test
    void askingThatFails_isNoDocument() {
        SessionExchange exchange = new SessionExchange(
                Usage.CLIENT,
                NONCE_OF_CLIENT,
                peer -> transcript(NONCE_OF_CLIENT, peer),
                request -> {
                    throw new IllegalStateException("no queue");
                },
                Side::appraise,
                new PendingEvidence());
        exchange.receive(nonce().encoded());

        assertThat(exchange.rejection().orElseThrow().reason()).isEqualTo(SessionReason.NO_DOCUMENT);
    }

    @Test
    void end_beforeTheDocumentWasMade_hasNoneMade() {
        client.nextDocument = new CompletableFuture<>();
        client.pending.onReady(() -> {});
        client.gets(nonce());
        client.exchange.end();

        assertThat(client.nextDocument).isCancelled();
    }

    @Test
    void protocolName_tooLongForOneAroundIt_isRefused() {
        assertThat(SessionProtocol.offers(List.of("x".repeat(239)))).hasSize(2);
        assertThatThrownBy(() -> SessionProtocol.offers(List.of("x".repeat(240))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("239");
    }

    @Test
    void ownAttesterFails_thePeerIsTold_andNothingIsAccepted() {
        client.nextDocument = CompletableFuture.failedFuture(new AttesterException("the device is away", null));
        talk();

        assertThat(client.reason()).contains("NO_DOCUMENT");
        assertThat(client.exchange.rejection().orElseThrow().actual()).contains("the device is away");
        assertThat(server.exchange.peerVerdict().flatMap(SessionVerdict::rejection))
                .contains("NO_DOCUMENT");
        assertThat(server.exchange.isComplete()).isFalse();
    }

    @Test
    void ownDocument_largerThanAFrame_isNoDocument() {
        client.nextDocument = CompletableFuture.completedFuture(Bytes.of(new byte[20_000]));
        talk();

        assertThat(client.reason()).contains("NO_DOCUMENT");
    }

    @Test
    void whoeverAsksToBeWoken_getsNoTaskThatWaits_andIsWokenWithTheDocument() {
        List<String> woken = new ArrayList<>();
        client.nextDocument = new CompletableFuture<>();
        client.pending.onReady(() -> woken.add("now"));
        client.sends();
        client.gets(nonce());
        assertThat(client.exchange.needsTask()).isFalse();
        assertThat(woken).isEmpty();

        client.nextDocument.complete(Bytes.of((byte) 1));

        assertThat(woken).containsExactly("now");
        assertThat(client.exchange.outgoing()).isPresent();
    }

    @Test
    void whoeverDoesNot_getsATaskThatWaits() {
        client.nextDocument = new CompletableFuture<>();
        client.sends();
        client.exchange.receive(nonce().encoded());
        assertThat(client.exchange.needsTask()).isTrue();
        Runnable waits = client.exchange.task().orElseThrow();
        assertThat(client.exchange.task()).isEmpty();
        assertThat(client.exchange.needsTask()).isTrue();

        client.nextDocument.complete(Bytes.of((byte) 1));
        waits.run();

        assertThat(client.exchange.needsTask()).isFalse();
    }

    @Test
    void verdict_neverGoesBeforeOurOwnEvidence() {
        client.nextDocument = new CompletableFuture<>();
        client.pending.onReady(() -> {});
        client.sends();
        server.gets(new Frame(Frame.Type.NONCE, NONCE_OF_CLIENT).encoded().array());
        client.gets(server.sends());
        assertThat(client.reason()).isEmpty();
        assertThat(client.exchange.outgoing()).isEmpty();

        client.nextDocument.complete(Side.saying(client.asked.get(0)));

        assertThat(client.sends()[1]).isEqualTo(Frame.Type.EVIDENCE.code());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "A B", "A\n", "É"})
    void verdict_whoseReasonIsNoName_cannotBeMade(String name) {
        assertThatThrownBy(() -> new SessionVerdict(Optional.of(name))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void frame_outsideItsBounds_cannotBeMade() {
        assertThatThrownBy(() -> new Frame(Frame.Type.NONCE, Bytes.of((byte) 1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Frame(Frame.Type.EVIDENCE, Bytes.EMPTY))
                .isInstanceOf(IllegalArgumentException.class);
    }

    // --- mutants of ours, each without one check, that the attacks get past (docs/threat-model.md)

    private static SessionExchange victim(Bytes key, SessionExchange.Appraisal appraisal) {
        return new SessionExchange(
                Usage.SERVER,
                NONCE_OF_SERVER,
                peer -> new SessionTranscript(EXPORTER, key, key, peer, NONCE_OF_SERVER),
                request -> CompletableFuture.completedFuture(Side.saying(request)),
                appraisal,
                new PendingEvidence());
    }

    private static void work(SessionExchange exchange) {
        for (Optional<Runnable> task = exchange.task(); task.isPresent(); task = exchange.task()) {
            task.get().run();
        }
    }

    private static Frame next(SessionExchange from) throws RejectedCertificateException {
        return new FrameReader().read(from.outgoing().orElseThrow()).orElseThrow();
    }

    /** Nonce and document of the victim go back to it, from one with its own key. */
    private static SessionExchange reflected(SessionExchange.Appraisal appraisal) throws Exception {
        SessionExchange victim = victim(CLIENT_KEY, appraisal);
        victim.receive(next(victim).encoded());
        work(victim);
        victim.receive(next(victim).encoded());
        work(victim);
        victim.receive(SessionVerdict.ACCEPTED.frame().encoded());
        victim.outgoing().ifPresent(verdict -> verdict.position(verdict.limit()));
        return victim;
    }

    @Test
    void reflection_isStoppedByTheRoleAlone() throws Exception {
        int role = CLIENT_KEY.size() + SessionTranscript.LABEL.size();

        assertThat(reflected((document, claims) -> {
                            Bytes expected = Side.saying(new AttestationRequest(
                                    claims.publicKey(), claims.userDataPrefix(), claims.nonce()));
                            Bytes without =
                                    Bytes.concat(expected.slice(0, role), expected.slice(role + 1, expected.size()));
                            if (!Bytes.concat(document.slice(0, role), document.slice(role + 1, document.size()))
                                    .equals(without)) {
                                throw new RejectedCertificateException(PolicyReason.USER_DATA_MISMATCH, "", "");
                            }
                        })
                        .isComplete())
                .as("a mutant that does not look at the role")
                .isTrue();
        SessionExchange real = reflected(Side::appraise);
        assertThat(real.isComplete()).isFalse();
        assertThat(real.rejection().orElseThrow().reason()).isEqualTo(PolicyReason.USER_DATA_MISMATCH);
    }

    /** A document that was made for another connection. */
    private static SessionExchange replayed(SessionExchange.Appraisal appraisal) {
        SessionExchange victim = victim(CLIENT_KEY, appraisal);
        victim.receive(nonce().encoded());
        work(victim);
        SessionTranscript before = new SessionTranscript(EXPORTER, CLIENT_KEY, CLIENT_KEY, part(7), part(8));
        victim.receive(new Frame(
                        Frame.Type.EVIDENCE,
                        Side.saying(new AttestationRequest(
                                Optional.of(CLIENT_KEY),
                                Optional.of(before.userData(Usage.CLIENT)),
                                Optional.of(part(8)))))
                .encoded());
        for (Optional<ByteBuffer> sent = victim.outgoing(); sent.isPresent(); sent = victim.outgoing()) {
            sent.get().position(sent.get().limit());
        }
        work(victim);
        victim.receive(SessionVerdict.ACCEPTED.frame().encoded());
        victim.outgoing().ifPresent(verdict -> verdict.position(verdict.limit()));
        return victim;
    }

    @Test
    void replay_isStoppedByNonceAndTranscript_notByTheKey() {
        assertThat(replayed((document, claims) -> {
                            if (!document.startsWith(claims.publicKey().orElseThrow())) {
                                throw new RejectedCertificateException(PolicyReason.PUBLIC_KEY_MISMATCH, "", "");
                            }
                        })
                        .isComplete())
                .as("a mutant that looks at the key alone")
                .isTrue();
        assertThat(replayed(Side::appraise).isComplete()).isFalse();
    }

    @Test
    void truncation_atEachByte_isNeverAnAcceptance_andOnlyThePeersVerdictIsMissingInTheEnd() {
        Side honest = new Side(Usage.CLIENT);
        Side other = new Side(Usage.SERVER);
        List<byte[]> sent = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            byte[] piece = honest.sends();
            sent.add(piece);
            other.gets(piece);
            honest.gets(other.sends());
        }
        assertThat(other.exchange.isComplete()).isTrue();
        Bytes all = Bytes.concat(sent.stream().map(Bytes::of).toArray(Bytes[]::new));
        for (int cut = 0; cut < all.size(); cut++) {
            Side victim = new Side(Usage.SERVER);
            String said = "";
            for (int at = 0; at < cut; at++) {
                said += new String(victim.sends(), StandardCharsets.ISO_8859_1);
                victim.gets(new byte[] {(byte) all.at(at)});
            }
            said += new String(victim.sends(), StandardCharsets.ISO_8859_1);
            assertThat(victim.exchange.isComplete()).as("cut at " + cut).isFalse();
            if (cut == all.size() - 1) {
                byte[] accepted = SessionVerdict.ACCEPTED.frame().encoded().array();
                assertThat(said)
                        .as("a mutant that waits for no verdict has accepted here")
                        .endsWith(new String(accepted, StandardCharsets.ISO_8859_1));
            }
        }
    }
}
