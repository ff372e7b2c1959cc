"""A state machine over the whole life of applications: whatever is done, in any order, what must always hold holds.

The rules are in `resident`, `office`, `objecting`, `counters` (hours, the survey), `passing` (time, calendar, workers)
and `archive`; `world` asks; `counting` counts due dates by itself. `test_sync` is a second machine, whose writes are
committed, some of them late. What the design (section 6) says must always hold is checked here:

1.  a change is one event, one outbox row             `World.told_of_each_change`, in whatever is asked
2.  the history is append-only and chained            `Holds.the_history_is_whole`, `Passing.somebody_rewrites_history`
3.  what was submitted is kept; only what was asked   `Holds.what_was_handed_in_stays`,
    to be put right changes                           `Holds.only_what_was_asked_for_changed`
4.  sent twice is done once                           `World.do(again=True)`
5.  the due date is derived and explained             `Holds.the_clock_is_that_of_the_history`,
                                                      `Resident.the_day_is_explained`
6.  nothing is lost or doubled by being told again    `Passing.the_outbox_is_told_twice`, `Holds.nothing_is_parked`,
                                                      `Holds.each_is_reminded_and_escalated_once`
7.  deny by default                                   `Office.strangers_try`
8.  NIK stay where they were written                  `Holds.no_nik_leaves_the_answers`
9.  who of the staff read is recorded                 `Office.an_officer_reads`
10. bad input is a 4xx that names the field           `Resident.nonsense`, and `World.do` for every answer

And of issue 5: capacity (`Holds.no_hour_is_overbooked`), one survey (`Holds.the_survey_counts_each_once`), unread marks
(`Holds.what_an_app_is_told_is_what_there_is`), catching up from where one was (`test_sync`), keeping
(`Archive.the_archive_is_tended`), silence (`Passing.the_clocks_are_tended`), who decided has no say in the objection
(`Holds.nobody_judges_their_own_decision`).
"""
