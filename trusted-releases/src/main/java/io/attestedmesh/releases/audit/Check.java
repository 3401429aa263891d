package io.attestedmesh.releases.audit;

/** One part of an audit. It trusts nothing and never throws: what it cannot look at, another check reports. */
@FunctionalInterface
interface Check {
    void look(Examined examined, Findings findings);
}
