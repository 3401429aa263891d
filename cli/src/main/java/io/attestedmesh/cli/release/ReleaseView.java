package io.attestedmesh.cli.release;

import io.attestedmesh.releases.audit.AuditReport;
import io.attestedmesh.releases.list.Release;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A release as JSON, the same in {@code show} and {@code audit}. */
final class ReleaseView {
    private ReleaseView() {}

    static Map<String, Object> of(Release release) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("name", release.name());
        view.put("version", release.version());
        view.put("status", release.status().text());
        Map<Integer, String> pcrs = new LinkedHashMap<>();
        release.pcrs().values().forEach((index, value) -> pcrs.put(index, value.hex()));
        view.put("pcrs", pcrs);
        view.put("image", image(release));
        view.put("source", source(release));
        view.put("notBefore", release.notBefore());
        view.put("notAfter", release.notAfter());
        view.put("revoked", revoked(release));
        view.put("signer", AuditReport.signerOf(release));
        return view;
    }

    private static Optional<Map<String, Object>> image(Release release) {
        return release.image().map(image -> {
            Map<String, Object> view = new LinkedHashMap<>();
            view.put("sha384", image.sha384().hex());
            view.put("size", image.size());
            return view;
        });
    }

    private static Optional<Map<String, Object>> source(Release release) {
        return release.source().map(source -> {
            Map<String, Object> view = new LinkedHashMap<>();
            view.put("repository", source.repository());
            view.put("commit", source.commit());
            view.put("recipe", source.recipe().hex());
            return view;
        });
    }

    private static Optional<Map<String, Object>> revoked(Release release) {
        return release.revocation().map(why -> {
            Map<String, Object> view = new LinkedHashMap<>();
            view.put("at", why.at());
            view.put("reason", why.reason());
            return view;
        });
    }
}
