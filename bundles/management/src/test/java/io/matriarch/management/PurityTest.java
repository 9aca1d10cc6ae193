package io.matriarch.management;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.matriarch.management", importOptions = DoNotIncludeTests.class)
class PurityTest {
    @ArchTest
    static final ArchRule coreIsPure =
            noClasses()
                    .that()
                    .resideInAPackage("..management.core..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "org.osgi..",
                            "org.slf4j..",
                            "jakarta..",
                            "javax..",
                            "java.nio.file..",
                            "java.util.concurrent..",
                            "..management.jmx..",
                            "..management.rest..",
                            "..management.osgi..")
                    .orShould()
                    .dependOnClassesThat()
                    .belongToAnyOf(
                            Thread.class,
                            java.time.Clock.class,
                            java.io.File.class,
                            java.net.Socket.class,
                            java.net.ServerSocket.class);

    @ArchTest
    static final ArchRule osgiStaysAtTheEdge =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("..management.osgi..")
                    .should()
                    .dependOnClassesThat(
                            JavaClass.Predicates.resideInAnyPackage(
                                    "org.osgi..", "..management.osgi.."));

    @ArchTest
    static final ArchRule surfacesDoNotKnowEachOther =
            noClasses()
                    .that()
                    .resideInAPackage("..management.jmx..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("..management.rest..");
}
