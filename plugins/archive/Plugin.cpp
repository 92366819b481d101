#include "plugin/api/Plugin.h"

#include <memory>
#include <string_view>
#include <utility>

#include "archive/CommandLineOnly.h"
#include "archive/backup/BackupCommand.h"
#include "archive/backup/RestoreCommand.h"
#include "archive/backup/VerifyCommand.h"
#include "archive/exporting/ExportCommand.h"
#include "archive/flask/ImportCommand.h"
#include "archive/removal/EraseCommand.h"
#include "archive/removal/PurgeCommand.h"
#include "archive/removal/Retention.h"
#include "support/SearchProgress.h"

namespace {

class ArchivePlugin final : public chat::plugin::Plugin {
 public:
  void start(chat::plugin::Context& context, chat::plugin::Registrar& registrar) override {
    context.migrate("login", 3);
    context.migrate("messages", 6);
    context.migrate("msgsearch", 1);
    context.migrate("receipts", 2);
    context.migrate("presence", 1);
    context.migrate("archive", 1);
    chat::support::SearchProgress(context.database()).begin(chat::support::toMillis(context.clock().wallTime()));
    _parts = std::make_unique<Parts>(context);
    for (auto& [name, command] : _parts->commands) registrar.onCommand(name, command);
    registrar.onTimer("retention", std::chrono::milliseconds(context.settings().integer("stepMs")), _parts->retention);
  }
  void stop() noexcept override { _parts.reset(); }

 private:
  struct Parts {
    explicit Parts(chat::plugin::Context& context)
        : import(context.database(), chat::base::systemClock()),
          exporting(context.database(), chat::base::systemClock()),
          erase(context.database(), chat::base::systemClock()),
          purge(context.database(), chat::base::systemClock()),
          verify(context.database()),
          backup(context.database(), chat::base::systemClock()),
          restore(context.database()),
          retention(context.database(), chat::base::systemClock(),
                    std::chrono::days(context.settings().integer("retentionDays"))) {}

    chat::archive::ImportCommand import;
    chat::archive::ExportCommand exporting;
    chat::archive::EraseCommand erase;
    chat::archive::PurgeCommand purge;
    chat::archive::VerifyCommand verify;
    chat::archive::BackupCommand backup;
    chat::archive::RestoreCommand restore;
    chat::archive::Retention retention;
    std::pair<std::string_view, chat::archive::CommandLineOnly> commands[7] = {
        {"import-flask", {import, retention}}, {"export", {exporting, retention}}, {"erase", {erase, retention}},
        {"purge", {purge, retention}},         {"verify", {verify, retention}},    {"backup", {backup, retention}},
        {"restore", {restore, retention}}};
  };
  std::unique_ptr<Parts> _parts;
};

}  // namespace

CHAT_PLUGIN(ArchivePlugin, "archive", "1.0.0",
            "command import-flask\n"
            "command export\n"
            "command erase\n"
            "command purge\n"
            "command verify\n"
            "command backup\n"
            "command restore\n"
            "setting retentionDays integer 0 0..36500 | For how many days messages are kept; 0: for ever\n"
            "setting stepMs integer 200 10..60000 | How often a step of up to 100 old messages is removed\n")
