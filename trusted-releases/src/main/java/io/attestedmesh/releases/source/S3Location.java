package io.attestedmesh.releases.source;

import io.attestedmesh.attest.evidence.OneLine;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An object of a bucket. The key stands as it is, without percent encoding, and holds no question mark.
 *
 * @param region empty for the SDK's own chain, and beside an endpoint for the region that such servers expect
 * @param endpoint a server other than AWS's that speaks S3; the bucket is then part of the path
 */
record S3Location(String bucket, String key, Optional<String> region, Optional<URI> endpoint)
        implements SourceLocation {
    private static final Pattern FORM = Pattern.compile("(?i:s3)://([^/?]*)/([^?]+)(?:\\?(.*))?");
    private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
    private static final Pattern REGION = Pattern.compile("[a-z0-9-]{1,64}");
    private static final Set<String> OPTIONS = Set.of("region", "endpoint");
    private static final int MAX_KEY = 1024;

    static S3Location parse(String location) {
        Matcher form = FORM.matcher(location);
        if (!form.matches()) {
            throw new IllegalArgumentException(OneLine.of(location) + " is not like s3://bucket/key");
        }
        Map<String, String> options = options(form.group(3));
        return new S3Location(
                bucket(form.group(1)),
                key(form.group(2)),
                Optional.ofNullable(options.get("region")).map(S3Location::region),
                Optional.ofNullable(options.get("endpoint")).map(S3Location::endpoint));
    }

    private static String bucket(String name) {
        if (!BUCKET.matcher(name).matches()) {
            throw new IllegalArgumentException("\"" + OneLine.of(name) + "\" is no name of an S3 bucket");
        }
        return name;
    }

    private static String key(String key) {
        if (key.getBytes(StandardCharsets.UTF_8).length > MAX_KEY || key.endsWith("/")) {
            throw new IllegalArgumentException("\"" + OneLine.of(key) + "\" is no key of an S3 object");
        }
        return key;
    }

    private static String region(String name) {
        if (!REGION.matcher(name).matches()) {
            throw new IllegalArgumentException("\"" + OneLine.of(name) + "\" is no name of a region");
        }
        return name;
    }

    private static URI endpoint(String address) {
        URI uri;
        try {
            uri = URI.create(address);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("endpoint " + OneLine.of(address) + " is no URL", e);
        }
        WebAddress.require(uri);
        if (uri.getRawQuery() != null) {
            throw new IllegalArgumentException("endpoint " + WebAddress.shown(uri) + " has a query");
        }
        return uri;
    }

    private static Map<String, String> options(String query) {
        Map<String, String> options = new LinkedHashMap<>();
        if (query == null) {
            return options;
        }
        for (String option : query.split("&", -1)) {
            int equals = option.indexOf('=');
            String name = equals < 0 ? option : option.substring(0, equals);
            if (equals < 0 || !OPTIONS.contains(name)) {
                throw new IllegalArgumentException(
                        "behind s3://bucket/key? stand region= and endpoint=, not \"" + OneLine.of(option) + "\"");
            }
            String value = URLDecoder.decode(option.substring(equals + 1), StandardCharsets.UTF_8);
            if (options.put(name, value) != null) {
                throw new IllegalArgumentException("two " + name + "s of one S3 location");
            }
        }
        return options;
    }

    @Override
    public String kind() {
        return "s3";
    }

    /** The only place that loads the SDK. */
    @Override
    public ReleaseSource open(SourceSettings settings) {
        return S3Source.open(this, settings);
    }

    String describe() {
        return OneLine.of("s3://" + bucket + "/" + key);
    }
}
