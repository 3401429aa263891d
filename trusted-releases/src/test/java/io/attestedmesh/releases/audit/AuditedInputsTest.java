package io.attestedmesh.releases.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import io.attestedmesh.releases.fixture.Publisher;
import io.attestedmesh.releases.fixture.TestClock;
import io.attestedmesh.releases.fixture.TestLog;
import io.attestedmesh.releases.log.TileLog;
import io.attestedmesh.releases.trust.Bundle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditedInputsTest {
    @TempDir
    Path folder;

    @Test
    void bundle_isReadWithRootsAndProof() throws Exception {
        Publisher publisher = Publisher.withLog(folder.resolve("log"), 1);
        Bundle bundle = publisher.publish(publisher.list(1));
        AuditedList list = AuditedList.parse("bundle.json", bundle.encode());
        assertThat(list.roots()).isEqualTo(bundle.roots());
        assertThat(list.log()).isEqualTo(bundle.log());
        assertThat(list.title()).isEqualTo("acme-kms version 1");
    }

    @Test
    void signedList_isReadAlone() throws Exception {
        Publisher publisher = Publisher.withoutLog();
        SignedEnvelope signed = publisher.sign(publisher.list(1));
        AuditedList list = AuditedList.parse("list.json", signed.encode());
        assertThat(list.envelope()).isEqualTo(signed);
        assertThat(list.isBundle()).isFalse();
    }

    @Test
    void otherDocument_isNeither() {
        Bytes document = Bytes.of("{\"releases\":[]}".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> AuditedList.parse("list.json", document))
                .isInstanceOf(MalformedReleasesException.class)
                .hasMessageContaining("neither a bundle nor a signed list");
    }

    @Test
    void envelopeOfSomethingElse_isRefused() {
        Publisher publisher = Publisher.withoutLog();
        Bytes root = publisher.roots().get(0).encode();
        assertThatThrownBy(() -> AuditedList.parse("root.json", root)).isInstanceOf(MalformedReleasesException.class);
    }

    @Test
    void publishersBundle_withItsLog_hasOnlyWhatItLacks() throws Exception {
        Publisher publisher = Publisher.withLog(folder.resolve("log"), 1);
        AuditedList list =
                AuditedList.parse("b", publisher.publish(publisher.list(1)).encode());
        AuditReport report = audit(list, publisher, "log");
        assertThat(report.findings().stream().map(Finding::id))
                .containsExactlyInAnyOrder(FindingId.SOURCE_MISSING, FindingId.IMAGE_MISSING, FindingId.KEY_UNUSED);
    }

    @Test
    void changedTile_isDamage() throws Exception {
        Publisher publisher = Publisher.withLog(folder.resolve("log"), 1);
        publisher.publish(publisher.list(1));
        AuditedList list =
                AuditedList.parse("b", publisher.publish(publisher.list(2)).encode());
        Path tile = folder.resolve("log/tile/0/000.p/2");
        byte[] hashes = Files.readAllBytes(tile);
        hashes[0] ^= 1;
        Files.write(tile, hashes);
        assertThat(audit(list, publisher, "log").findings().stream().map(Finding::id))
                .contains(FindingId.LOG_DAMAGED);
    }

    @Test
    void missingEntries_areDamageAndNothingMoreIsKnown() throws Exception {
        Publisher publisher = Publisher.withLog(folder.resolve("log"), 1);
        AuditedList list =
                AuditedList.parse("b", publisher.publish(publisher.list(1)).encode());
        Files.delete(folder.resolve("log/tile/entries/000.p/1"));
        assertThat(audit(list, publisher, "log").findings().stream().map(Finding::id))
                .contains(FindingId.LOG_DAMAGED)
                .doesNotContain(FindingId.LOG_LACKS_LIST);
    }

    @Test
    void logOfOthers_isNotTheBundles() throws Exception {
        Publisher publisher = Publisher.withLog(folder.resolve("log"), 1);
        AuditedList list =
                AuditedList.parse("b", publisher.publish(publisher.list(1)).encode());
        TestLog other = TestLog.create(folder.resolve("other"), new TestClock(Publisher.NOW), TestLog.ORIGIN, 0);
        other.tiles().append(List.of(AuditWorld.entry(1)), other.key(), publisher.clock());
        assertThat(audit(list, publisher, "other").findings().stream().map(Finding::id))
                .contains(FindingId.CHECKPOINT_NOT_SIGNED, FindingId.CHECKPOINT_FORK, FindingId.LOG_FORK);
    }

    private AuditReport audit(AuditedList list, Publisher publisher, String log) throws IOException {
        AuditedLog read = AuditedLog.read(log, TileLog.open(folder.resolve(log)));
        AuditSubject subject = new AuditSubject(
                list, publisher.roots(), Optional.of(read), List.of(), List.of(), OptionalLong.empty());
        return new Audit(Optional.empty()).of(subject, Publisher.NOW);
    }
}
