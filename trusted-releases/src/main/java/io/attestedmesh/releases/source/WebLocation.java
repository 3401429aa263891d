package io.attestedmesh.releases.source;

import java.net.URI;

record WebLocation(URI address) implements SourceLocation {
    WebLocation {
        WebAddress.require(address);
    }

    @Override
    public String kind() {
        return "https";
    }

    @Override
    public ReleaseSource open(SourceSettings settings) {
        return new WebSource(address, settings);
    }
}
