#include <cppunit/extensions/HelperMacros.h>

#include "core/plugin/PluginFolder.h"
#include "plugin/file/Refused.h"
#include "plugin/load/RunFolder.h"
#include "plugin/run/PluginLibrary.h"

using chat::plugin::PluginFolder;
using chat::plugin::PluginLibrary;
using chat::plugin::Refused;
using chat::plugin::RunFolder;

class PluginLibraryTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(PluginLibraryTest);
  CPPUNIT_TEST(unmapsWhatItLoaded);
  CPPUNIT_TEST(unmapsWhatCouldNotBeLoaded);
  CPPUNIT_TEST(refusesAnUnknownClass);
  CPPUNIT_TEST(runFolderIsPrivateAndCleaned);
  CPPUNIT_TEST(runFolderIsOneServersOnly);
  CPPUNIT_TEST_SUITE_END();

 public:
  void unmapsWhatItLoaded() {
    PluginFolder folder;
    RunFolder run(folder.runFolder());
    for (int round = 0; round < 20; ++round) {
      PluginLibrary library(copy(run, "good"));
      CPPUNIT_ASSERT(folder.hasMapped());
      library.create("GoodPlugin").reset();
      CPPUNIT_ASSERT(library.unload());
      CPPUNIT_ASSERT(!folder.hasMapped());
    }
    CPPUNIT_ASSERT_EQUAL(0, libraries(folder));
  }

  void unmapsWhatCouldNotBeLoaded() {
    PluginFolder folder;
    RunFolder run(folder.runFolder());
    for (const char* const name : {"plain", "other-base", "missing-symbol"}) {
      CPPUNIT_ASSERT_THROW(PluginLibrary(copy(run, name)), Refused);
      CPPUNIT_ASSERT_MESSAGE(name, !folder.hasMapped());
    }
    CPPUNIT_ASSERT_EQUAL(0, libraries(folder));
  }

  void refusesAnUnknownClass() {
    PluginFolder folder;
    RunFolder run(folder.runFolder());
    PluginLibrary library(copy(run, "good"));
    CPPUNIT_ASSERT_THROW(library.create("BadPlugin"), Refused);
  }

  void runFolderIsPrivateAndCleaned() {
    PluginFolder folder;
    std::filesystem::create_directory(folder.runFolder());
    std::filesystem::permissions(folder.runFolder(), std::filesystem::perms::all);
    std::filesystem::copy_file(PluginFolder::built("good"), folder.runFolder() / "good-1.so");
    RunFolder run(folder.runFolder());
    CPPUNIT_ASSERT_EQUAL(0, libraries(folder));
    CPPUNIT_ASSERT(std::filesystem::status(folder.runFolder()).permissions() == std::filesystem::perms::owner_all);
    CPPUNIT_ASSERT(run.add("a", "x") != run.add("a", "x"));
  }

  void runFolderIsOneServersOnly() {
    PluginFolder folder;
    {
      RunFolder first(folder.runFolder());
      CPPUNIT_ASSERT_THROW(RunFolder(folder.runFolder()), Refused);
    }
    RunFolder next(folder.runFolder());
  }

 private:
  static std::filesystem::path copy(RunFolder& run, const std::string& name) {
    return run.add(name, PluginFolder::contents(PluginFolder::built(name)));
  }
  static int libraries(const PluginFolder& folder) {
    int count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder.runFolder())) {
      count += entry.path().extension() == ".so" ? 1 : 0;
    }
    return count;
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PluginLibraryTest);
