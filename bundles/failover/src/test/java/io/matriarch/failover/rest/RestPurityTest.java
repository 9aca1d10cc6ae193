package io.matriarch.failover.rest;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.net.InetAddress;

@AnalyzeClasses(packages = "io.matriarch.failover", importOptions = DoNotIncludeTests.class)
class RestPurityTest {
    @ArchTest
    static final ArchRule answersArePure =
            noClasses()
                    .that()
                    .resideInAPackage("..failover.rest.core..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "org.osgi..",
                            "org.slf4j..",
                            "jakarta.servlet..",
                            "java.net.http..",
                            "java.nio.file..",
                            "java.util.concurrent..",
                            "..failover.agent..",
                            "..failover.osgi..")
                    .orShould()
                    .dependOnClassesThat()
                    .belongToAnyOf(
                            Thread.class,
                            java.time.Clock.class,
                            java.io.File.class,
                            java.net.Socket.class)
                    .orShould()
                    .callMethod(InetAddress.class, "getByName", String.class)
                    .orShould()
                    .callMethod(InetAddress.class, "getAllByName", String.class);

    @ArchTest
    static final ArchRule restKnowsNoOsgi =
            noClasses()
                    .that()
                    .resideInAPackage("..failover.rest..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("org.osgi..", "..failover.osgi..");
}
