package io.attestedmesh.cli.release;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.cli.command.JsonLine;
import io.attestedmesh.releases.audit.AuditReport;
import io.attestedmesh.releases.audit.AuditedImage;
import io.attestedmesh.releases.audit.ChangesSince;
import io.attestedmesh.releases.audit.Finding;
import io.attestedmesh.releases.audit.KeyUse;
import io.attestedmesh.releases.audit.LogFacts;
import io.attestedmesh.releases.list.Release;
import io.attestedmesh.releases.root.TrustRoot;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** A report for {@link JsonLine}, with the members that docs/releases-audit.md lists. */
final class AuditJson {
    private AuditJson() {}

    static Map<String, Object> of(AuditReport report) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("file", report.file());
        object.put("list", report.list().name());
        object.put("version", report.list().version());
        object.put("at", report.at());
        object.put("issuedAt", report.list().issuedAt());
        object.put("expiresAt", report.list().expiresAt());
        object.put("payloadSha384", report.payloadDigest().hex());
        object.put("accepted", report.accepted());
        object.put("refusal", report.refusal());
        object.put("root", report.root().map(root -> root(root, report)));
        object.put("keys", report.keys().stream().map(AuditJson::key).toList());
        object.put(
                "releases",
                report.list().releases().stream().map(ReleaseView::of).toList());
        object.put(
                "images",
                report.images().stream().map(image -> image(image, report)).toList());
        object.put("logs", report.logs().stream().map(AuditJson::log).toList());
        object.put("changes", report.changes().map(AuditJson::changes));
        Map<String, Object> counts = new LinkedHashMap<>();
        report.counts().forEach((severity, count) -> counts.put(severity.text(), count));
        object.put("counts", counts);
        object.put(
                "findings", report.findings().stream().map(AuditJson::finding).toList());
        return object;
    }

    private static Map<String, Object> root(TrustRoot root, AuditReport report) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("version", root.version());
        object.put("payloadSha384", report.rootDigest().map(Bytes::hex));
        object.put("issuedAt", root.issuedAt());
        object.put("expiresAt", root.expiresAt());
        object.put("threshold", root.keys().threshold());
        object.put("signed", report.signed());
        object.put("margin", report.margin());
        return object;
    }

    private static Map<String, Object> key(KeyUse use) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("name", use.key().name());
        object.put("algorithm", use.key().algorithm().joseName());
        object.put("keyId", use.key().keyId());
        object.put("signed", use.signed().name().toLowerCase(Locale.ROOT));
        return object;
    }

    private static Map<String, Object> image(AuditedImage image, AuditReport report) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("file", image.file());
        object.put("sha384", image.sha384().hex());
        object.put("size", image.size());
        object.put(
                "releases",
                report.releasesOf(image).stream().map(Release::title).toList());
        return object;
    }

    private static Map<String, Object> log(LogFacts log) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("where", log.where());
        object.put("origin", log.origin());
        object.put("size", log.size());
        object.put("entries", log.entries());
        object.put("time", log.time());
        object.put("witnesses", log.witnesses());
        return object;
    }

    private static Map<String, Object> changes(ChangesSince since) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("since", since.version());
        object.put("words", since.words());
        object.put("changes", since.changes().stream().map(ChangeView::of).toList());
        return object;
    }

    private static Map<String, Object> finding(Finding finding) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("id", finding.id().text());
        object.put("severity", finding.severity().text());
        object.put("subject", finding.subject());
        object.put("message", finding.message());
        object.put("advice", finding.advice());
        return object;
    }
}
