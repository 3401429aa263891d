package io.attestedmesh.releases.list;

import java.util.regex.Pattern;

/** The grammar of Semantic Versioning 2.0.0, which is all that is needed: versions of releases are not ordered here. */
final class SemanticVersion {
    private static final int MAX_LENGTH = 128;

    private static final String NUMBER = "(0|[1-9][0-9]*+)";
    private static final String PRE_RELEASE_PART = "(0|[1-9][0-9]*+(?![0-9A-Za-z-])|[0-9]*+[A-Za-z-][0-9A-Za-z-]*+)";
    private static final String BUILD_PART = "[0-9A-Za-z-]++";
    private static final Pattern GRAMMAR = Pattern.compile(NUMBER + "\\." + NUMBER + "\\." + NUMBER + "(-"
            + PRE_RELEASE_PART + "(\\." + PRE_RELEASE_PART + ")*+)?(\\+" + BUILD_PART + "(\\." + BUILD_PART + ")*+)?");

    private SemanticVersion() {}

    static void require(String version) {
        if (version.length() > MAX_LENGTH || !GRAMMAR.matcher(version).matches()) {
            throw new IllegalArgumentException("a release version that is no semantic version (semver.org, 2.0.0)");
        }
    }
}
