/* How fast is the teachers' month in C? The rival of `ml_abm.kernels.teachers`, over the very same tables.
 *
 * What a C programmer would write by hand: a block of teachers as columns in the first-level cache, one loop per paragraph of the
 * month, formulas as inline functions. The formulas are those of `ml_abm.mechanisms` (their sources are there), in the same order
 * of operations, so that results agree to the last bit. `tables.h` is written by `c_kernel.py` from the types of the tables.
 */
#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#include "tables.h" /* Teacher, School, District, Programme, Parameters, and the enumerations */

#ifndef WIDTH
#define WIDTH 256 /* teachers in a block */
#endif
#define LANES 8 /* numbers that one instruction moves */
#define ROOM (WIDTH + LANES)

/* ---- luck: a hash of who draws, what for, when and in which world ---- */

#define WEYL 0x9E3779B97F4A7C15u

typedef struct {
    uint64_t teacher_leaves, grade_changes, adapts, is_peripheral, stage_changes, place_on_course;
    uint64_t newcomer_threshold, newcomer_hours, principal_leaves, principal_arrives, benefit_noise;
    double course_chance, principal_chance;
} Luck;

static inline uint64_t mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

static inline uint64_t key(uint64_t seed, uint64_t decision, uint64_t month)
{
    return mix(mix(mix(seed + WEYL) + decision * WEYL) + month * WEYL);
}

static inline double uniform(uint64_t key, uint64_t row)
{
    return (double)(mix(key + row * WEYL) >> 11) * 0x1p-53;
}

/* ---- shapes that every mechanism shares ---- */

static inline double least(double a, double b) { return b < a ? b : a; }
static inline double most(double a, double b) { return b > a ? b : a; }
static inline double bounded(double x) { return least(most(x, 0.0), 1.0); }
static inline double relax(double state, double target, double rate) { return state + rate * (target - state); }

static inline double two_to(int64_t n)
{
    union { int64_t bits; double number; } power = {(n + 1023) << 52};
    return power.number;
}

static inline double power_of_e(double x)
{
    const double log_2 = 0x1.62e42fefa39efp-1;
    int64_t n = (int64_t)(x * (1.0 / log_2) + 1024.5) - 1024;
    double r = x - (double)n * log_2;
    double rest = 0.00833326607422801 + r * (0.00138888225045 + r * (0.0001991588006974427 + r * 2.487579458216305e-05));
    rest = 0.49999999999810135 + r * (0.166666668911656 + r * (0.04166666688525819 + r * rest));
    return two_to(n) * (1.0 + r * (0.9999999999797703 + r * rest));
}

static inline double logistic(double x) { return 1.0 / (1.0 + power_of_e(-least(most(x, -30.0), 30.0))); }

static inline double monthly_hazard(double log_hazard)
{
    return 1.0 - power_of_e(-power_of_e(least(most(log_hazard, -30.0), 5.0)));
}

static double monthly_chance(double annual) { return -expm1(log1p(-least(annual, 0.99)) / 12.0); }

static inline double spread_around(double mean, double spread, double u) { return mean + spread * (2.0 * u - 1.0); }

/* ---- formulas of schools ---- */

static inline double coaching(double coaches, double enrolled_schools, double pay_ratio, const Parameters *p)
{
    if (enrolled_schools <= 0.0)
        return 0.0;
    return least(1.0, coaches * p->schools_per_coach / enrolled_schools) * pay_ratio;
}

static inline double next_leadership(double leadership, double push, double benefit, double coaching, const Parameters *p)
{
    double target = p->principal_support + p->leadership_of_push * push + p->leadership_of_benefit * benefit
                    + p->leadership_of_coaching * coaching;
    return bounded(relax(leadership, bounded(target), p->leadership_speed));
}

static inline double next_community(double community, double funded, double benefit, const Parameters *p)
{
    double target = p->community_base + p->community_of_mobilisation * funded + p->community_of_benefit * benefit;
    return bounded(relax(community, bounded(target), p->community_speed));
}

static inline double next_materials(double materials, double delivered, const Parameters *p)
{
    double kept = materials * (1.0 - p->materials_wear);
    return bounded(kept + p->materials_speed * delivered * (1.0 - kept));
}

static inline double next_ownership(double ownership, double reached, double openness, double use, const Parameters *p)
{
    double target = reached
                    * (p->ownership_of_participation * p->participatory_design + p->ownership_of_openness * openness
                       + p->ownership_of_use * use);
    return bounded(relax(ownership, bounded(target), p->ownership_speed));
}

static inline double next_observed_benefit(double observed, double learning, double data_quality, double noise,
                                           const Parameters *p)
{
    double seen = p->benefit_seen_without_data + (1.0 - p->benefit_seen_without_data) * data_quality;
    double signal = seen * learning / p->noticeable_gain + p->benefit_noise * (1.0 - data_quality) * noise;
    return bounded(relax(observed, bounded(signal), p->benefit_speed));
}

static inline double school_learning(double fidelity_mean, double mismatch, double adaptation_mean, const Parameters *p)
{
    double left = 1.0 - p->cut_expensive * p->expensive_effect_share;
    double fit = 1.0 - mismatch * (1.0 - adaptation_mean);
    return p->effect_size * (left * left) * fidelity_mean * fit;
}

/* ---- formulas of teachers ---- */

static inline double support(double leadership, double community, double coaching, double quality, const Parameters *p)
{
    return p->support_of_leadership * leadership + p->support_of_community * community
           + p->support_of_coaching * coaching * quality;
}

static inline double added_hours(double skill, const Parameters *p)
{
    return p->added_hours * (1.0 - p->hours_saved_by_skill * skill) + p->reporting_hours;
}

static inline double relief_hours(double using, double materials, double community, const Parameters *p)
{
    return p->tool_hours * materials * using + p->community_hours * community;
}

static inline double week_hours(double weekly_hours, double added, double relief, const Parameters *p)
{
    return most(0.0, weekly_hours + added - p->rest_share * relief);
}

static inline double overload(double hours, const Parameters *p)
{
    return most(0.0, hours - p->sustainable_hours) / p->sustainable_hours;
}

static inline double time_factor(double weekly_hours, double added, double relief, const Parameters *p)
{
    double found = p->found_hours + most(0.0, p->sustainable_hours - weekly_hours);
    found += (1.0 - p->rest_share) * relief;
    return added <= found ? 1.0 : found / added;
}

static inline double next_strain(double strain, double overload, double paperwork, double support, const Parameters *p)
{
    double target = logistic(p->strain_base + p->strain_of_overload * overload + p->strain_of_paperwork * paperwork
                             - p->strain_relief_of_support * support);
    return bounded(relax(strain, target, p->strain_speed));
}

static inline double next_commitment(double commitment, double benefit, double ownership, double support, double strain,
                                     double support_lost, const Parameters *p)
{
    double target = logistic(p->commitment_base + p->commitment_of_benefit * benefit + p->commitment_of_ownership * ownership
                             + p->commitment_of_support * support - p->commitment_lost_to_strain * strain);
    double relaxed = relax(commitment, target, p->commitment_speed);
    return bounded(relaxed * (1.0 - p->withdrawal_shock * support_lost));
}

static inline double dosage(double time_factor, double commitment, double strain, double materials, const Parameters *p)
{
    double energy = 1.0 - p->dosage_lost_to_strain * strain;
    double supplies = 1.0 - p->dosage_lost_without_materials * (1.0 - materials);
    return time_factor * commitment * energy * supplies;
}

static inline double complexity(const Parameters *p) { return 1.0 - p->complexity_cost * p->core_complexity; }

static inline double course_gain(const Parameters *p)
{
    return least(1.0, p->skill_of_training * p->training_days / 5.0 * complexity(p));
}

static inline double next_skill(double skill, double course, double quality, double coaching, double peers, double dosage,
                                const Parameters *p)
{
    double gap = 1.0 - skill;
    double gain = course * quality * gap;
    gain += p->skill_of_coaching * complexity(p) * quality * coaching * gap;
    gain += p->skill_of_peers * most(0.0, peers - skill);
    gain += p->skill_of_practice * dosage * gap;
    double loss = p->skill_decay * (1.0 - dosage) * skill;
    return bounded(skill + gain - loss);
}

static inline double adaptation_chance(double misfit, double overload, double openness, const Parameters *p)
{
    double allowed = p->secret_adaptation + (1.0 - p->secret_adaptation) * p->adaptation_freedom * openness;
    return bounded(p->adaptation_rate * allowed * (misfit + overload));
}

static inline double further(double state, const Parameters *p) { return state + p->adaptation_step * (1.0 - state); }

static inline double repaired(double drift, double coaching, const Parameters *p)
{
    return drift * (1.0 - p->drift_repair * coaching);
}

static inline double exposure(double school_visible, double others, double tie_visible, double ties, const Parameters *p)
{
    double inside = school_visible / (255.0 * others), outside = tie_visible / (255.0 * ties);
    double both = p->weight_of_own_school * inside + (1.0 - p->weight_of_own_school) * outside;
    double alone = ties == 0.0 ? 0.0 : outside;
    return others == 0.0 ? alone : ties == 0.0 ? inside : both;
}

static inline double awareness_chance(double exposure, double activity, const Parameters *p)
{
    return least(1.0, p->awareness_of_exposure * exposure + p->awareness_of_activity * activity);
}

static inline double social_reinforcement(double share, double threshold, const Parameters *p)
{
    return logistic(p->threshold_steepness * (share - threshold));
}

static inline double adoption_log_hazard(double reinforcement, double trained, double benefit, double overload, double strain,
                                         double leadership, double ownership, double support, const Parameters *p)
{
    return p->adoption_base + p->adoption_of_training * trained + p->adoption_of_peers * reinforcement
           + p->adoption_of_benefit * benefit - p->adoption_lost_to_overload * overload - p->adoption_lost_to_strain * strain
           + p->adoption_of_mandate * p->mandate + p->adoption_of_leadership * leadership
           + p->adoption_of_ownership * ownership + p->adoption_of_support * support;
}

static inline double lapse_log_hazard(double strain, double overload, double fidelity, double exposure, double support,
                                      double institutionalisation, double leader_is_new, const Parameters *p)
{
    return p->lapse_base + p->lapse_of_strain * strain + p->lapse_of_overload * overload - p->lapse_kept_by_fidelity * fidelity
           - p->lapse_kept_by_peers * exposure - p->lapse_kept_by_support * support
           - p->lapse_kept_by_rules * institutionalisation
           + p->lapse_of_new_leader * (1.0 - institutionalisation) * leader_is_new;
}

static inline double teacher_leaves_chance(double strain, double strain_mean, double strain_sd, const Parameters *p)
{
    double z = least(most((strain - strain_mean) / strain_sd, -3.0), 3.0);
    return bounded(p->monthly_attrition * power_of_e(p->log_turnover_ratio * z));
}

/* ---- a block: teachers side by side, one short array per number ---- */

typedef struct {
    double strain[ROOM], commitment[ROOM], skill[ROOM], drift[ROOM], adaptation[ROOM], threshold[ROOM], weekly_hours[ROOM];
    double materials[ROOM], community[ROOM], ownership[ROOM], leadership[ROOM], benefit[ROOM], coaching[ROOM], mismatch[ROOM];
    double help_felt[ROOM], help_lost[ROOM], last_skill[ROOM], colleagues[ROOM], around[ROOM], enrolled[ROOM], on_course[ROOM];
    double quality[ROOM], rules[ROOM], openness[ROOM], activity[ROOM], leader_is_new[ROOM];
    double inside[ROOM], outside[ROOM], excess[ROOM], excess_with[ROOM], paperwork[ROOM], time[ROOM], hours[ROOM];
    double dosage[ROOM], fidelity[ROOM], hears[ROOM], begins[ROOM], stops[ROOM], leaves[ROOM];
    int64_t stage[ROOM], replaced[ROOM], ties[ROOM], enrolment[ROOM], barrier[ROOM], shown[ROOM];
} Block;

typedef struct {
    int64_t users, shown;
    double skill, fidelity, dosage, hours, strain, squares, drift, adaptation;
} Sums;

typedef struct {
    Teacher *restrict teachers;
    School *restrict schools;
    const District *restrict districts;
    const Programme *restrict programme;
    const Parameters *restrict p;
    const uint8_t *restrict seen;  /* what colleagues show, as it was last month */
    uint8_t *restrict shown;       /* and as it will be seen next month */
    const int32_t *restrict ties;
    const double *restrict thresholds;
    int64_t n_thresholds;
} World;

/* ---- from rows to columns ---- */

static void move_school(School *restrict school, const District *district, const Programme *programme, const Parameters *p,
                        const Luck *luck, int64_t s)
{
    double enrolled = school->enrolment == ENROLMENT_ENROLLED;
    double benefit = school->observed_benefit;
    school->coaching_before = school->coaching;
    school->coaching = enrolled * coaching(district->coaches, district->enrolled, programme->pay_ratio, p);
    if (uniform(luck->principal_leaves, s) < luck->principal_chance)
        school->leadership =
            bounded(spread_around(p->principal_support, p->principal_spread, uniform(luck->principal_arrives, s)));
    else
        school->leadership = next_leadership(school->leadership, district->push, benefit, school->coaching, p);
    school->community = next_community(school->community, enrolled * programme->pay_ratio * p->community_mobilisation, benefit, p);
    school->materials = next_materials(school->materials, enrolled * programme->input_ratio * p->materials_supply, p);
    double reached = school->enrolment == ENROLMENT_ENROLLED || school->users > 0;
    school->ownership =
        next_ownership(school->ownership, reached, district->openness, (double)school->users / school->staff, p);
    double noise = (2.0 * uniform(luck->benefit_noise, s) - 1.0) * (school->users > 0);
    school->observed_benefit = next_observed_benefit(benefit, school->learning, district->data_quality, noise, p);
}

static int in_lanes(int n) { return (n + LANES - 1) / LANES * LANES; }

/* Tell n teachers what all staff of their school share (and whoever comes next, who is told otherwise after it). */
static void share_school(Block *restrict b, int first, int n, const School *school, const District *district, const Parameters *p)
{
    double materials = school->materials, community = school->community, ownership = school->ownership;
    double leadership = school->leadership, benefit = school->observed_benefit, mismatch = school->mismatch;
    double coaching = school->coaching, quality = district->quality, colleagues = school->staff - 1;
    double help_felt = support(leadership, community, coaching, quality, p);
    double help_lost = most(0.0, school->coaching_before - coaching), last_skill = school->skill_sum;
    double visible_sum = school->visible_sum, around = colleagues * (school->knows_ties == 0);
    double enrolled = school->enrolment == ENROLMENT_ENROLLED, on_course = school->on_course;
    double rules = district->institutionalisation, openness = district->openness;
    double activity = (double)district->enrolled / district->schools, leader_is_new = district->leader_months < 12;
    int64_t enrolment = school->enrolment;
    for (int i = first; i < first + in_lanes(n); i++) {
        b->materials[i] = materials, b->community[i] = community, b->ownership[i] = ownership;
        b->leadership[i] = leadership, b->benefit[i] = benefit, b->mismatch[i] = mismatch;
        b->coaching[i] = coaching, b->quality[i] = quality;
        b->help_felt[i] = help_felt, b->help_lost[i] = help_lost;
        b->last_skill[i] = last_skill, b->colleagues[i] = colleagues, b->inside[i] = visible_sum, b->around[i] = around;
        b->enrolment[i] = enrolment, b->enrolled[i] = enrolled, b->on_course[i] = on_course;
        b->rules[i] = rules, b->openness[i] = openness;
        b->activity[i] = activity, b->leader_is_new[i] = leader_is_new;
    }
}

static int staff_from(const School *school, int64_t row, int at_most)
{
    int64_t left = school->first_teacher + school->staff - row;
    return left < at_most ? (int)left : at_most;
}

static int64_t meet_schools(const World *w, const Luck *luck, Block *restrict b, int64_t first_row, int n, int64_t s)
{
    for (int i = 0; i < n;) {
        School *school = &w->schools[s];
        const District *district = &w->districts[school->district];
        if (first_row + i == school->first_teacher)
            move_school(school, district, w->programme, w->p, luck, s);
        int here = staff_from(school, first_row + i, n - i);
        share_school(b, i, here, school, district, w->p);
        i += here;
        s += first_row + i == school->first_teacher + school->staff;
    }
    return s;
}

static int64_t gather(Block *restrict b, const World *w, int64_t first_row, int n, int64_t tie)
{
    const Teacher *restrict teacher = w->teachers + first_row;
    const uint8_t *restrict seen = w->seen, *restrict own = w->seen + first_row;
    const int32_t *restrict ties = w->ties;
    for (int i = 0; i < n; i++, teacher++) {
        b->stage[i] = teacher->stage;
        b->replaced[i] = teacher->replaced;
        b->ties[i] = teacher->ties;
        b->strain[i] = teacher->strain;
        b->commitment[i] = teacher->commitment;
        b->skill[i] = teacher->skill;
        b->drift[i] = teacher->drift;
        b->adaptation[i] = teacher->adaptation;
        b->threshold[i] = teacher->threshold;
        b->weekly_hours[i] = teacher->weekly_hours;
        b->inside[i] -= own[i];
        int64_t outside = 0;
        for (int64_t end = tie + teacher->ties; tie < end; tie++)
            outside += seen[ties[tie]];
        b->outside[i] = outside;
    }
    return tie;
}

/* ---- the paragraphs of the month ---- */

static void week(Block *restrict b, int n, const Parameters *restrict p)
{
    for (int i = 0; i < n; i++) {
        double using = b->stage[i] == STAGE_USING;
        double added = added_hours(b->skill[i], p);
        double relief_now = relief_hours(using, b->materials[i], b->community[i], p);
        double relief_with = relief_hours(1.0, b->materials[i], b->community[i], p);
        b->hours[i] = week_hours(b->weekly_hours[i], added * using, relief_now, p);
        b->excess[i] = overload(b->hours[i], p);
        b->excess_with[i] = overload(week_hours(b->weekly_hours[i], added, relief_with, p), p);
        b->paperwork[i] = p->reporting_hours * using;
        b->time[i] = time_factor(b->weekly_hours[i], added, relief_with, p);
    }
}

static void strain_and_will(Block *restrict b, int n, const Parameters *restrict p)
{
    for (int i = 0; i < n; i++) {
        double strain = next_strain(b->strain[i], b->excess[i], b->paperwork[i], b->help_felt[i], p);
        b->strain[i] = strain;
        b->commitment[i] = next_commitment(b->commitment[i], b->benefit[i], b->ownership[i], b->help_felt[i], strain,
                                           b->help_lost[i], p);
    }
}

static void practise(Block *restrict b, int n, int64_t row, const Luck *restrict luck, const Parameters *restrict p)
{
    double full_course = course_gain(p), left_by_rotation = 1.0 - p->rotation_loss;
    for (int i = 0; i < n; i++) {
        bool using = b->stage[i] == STAGE_USING;
        double refresher = b->enrolled[i] * (uniform(luck->place_on_course, row + i) < luck->course_chance);
        bool trains = b->on_course[i] + refresher > 0.0;
        int64_t stage = (trains & !using) ? STAGE_TRAINED : b->stage[i];
        b->replaced[i] = trains ? 0 : b->replaced[i];
        b->stage[i] = stage;
        double of_users = dosage(b->time[i], b->commitment[i], b->strain[i], b->materials[i], p);
        double dose = using ? of_users : 0.0;
        double coached = b->coaching[i] * (stage >= STAGE_TRAINED);
        double others = (b->last_skill[i] - b->skill[i]) / b->colleagues[i];
        double peers = b->colleagues[i] > 0.0 ? others : 0.0;
        double skill = next_skill(b->skill[i], trains ? full_course : 0.0, b->quality[i], coached, peers, dose, p);
        double kept = uniform(luck->grade_changes, row + i) < p->monthly_rotation ? left_by_rotation : 1.0;
        b->skill[i] = skill * kept;
        b->dosage[i] = dose;
    }
}

static void adapt(Block *restrict b, int n, int64_t row, const Luck *restrict luck, const Parameters *restrict p)
{
    for (int i = 0; i < n; i++) {
        bool using = b->stage[i] == STAGE_USING;
        double drift = b->drift[i], adaptation = b->adaptation[i];
        double misfit = b->mismatch[i] * (1.0 - adaptation);
        double chance = adaptation_chance(misfit, b->excess[i], b->openness[i], p);
        bool changes = using & (uniform(luck->adapts, row + i) < chance);
        bool peripheral = uniform(luck->is_peripheral, row + i) < p->core_clarity;
        double more_drift = further(drift, p), more_adaptation = further(adaptation, p);
        drift = (changes & !peripheral) ? more_drift : drift;
        double less_drift = repaired(drift, b->coaching[i] * b->quality[i], p);
        drift = using ? less_drift : drift;
        b->adaptation[i] = (changes & peripheral) ? more_adaptation : adaptation;
        b->drift[i] = drift;
        b->fidelity[i] = b->dosage[i] * b->skill[i] * (1.0 - drift);
    }
}

static void weigh(Block *restrict b, int n, const Parameters *restrict p)
{
    for (int i = 0; i < n; i++) {
        double seen = exposure(b->inside[i], b->around[i], b->outside[i], b->ties[i], p);
        b->hears[i] = awareness_chance(seen, b->activity[i], p);
        b->stops[i] = lapse_log_hazard(b->strain[i], b->excess[i], b->fidelity[i], seen, b->help_felt[i], b->rules[i],
                                       b->leader_is_new[i], p);
        double reinforcement = social_reinforcement(seen, b->threshold[i], p) * (seen > 0.0);
        double trained = b->stage[i] >= STAGE_TRAINED;
        b->begins[i] = adoption_log_hazard(reinforcement, trained, b->benefit[i], b->excess_with[i], b->strain[i],
                                           b->leadership[i], b->ownership[i], b->help_felt[i], p);
    }
}

static void begin_stop_or_hear(Block *restrict b, int n, int64_t row, const Luck *restrict luck)
{
    for (int i = 0; i < n; i++) {
        int64_t stage = b->stage[i];
        double begins = b->begins[i], stops = b->stops[i], hears = b->hears[i];
        double chance = monthly_hazard(stage == STAGE_USING ? stops : begins);
        chance = stage == STAGE_UNAWARE ? hears : chance;
        int64_t becomes = stage == STAGE_USING ? STAGE_LAPSED : stage == STAGE_UNAWARE ? STAGE_AWARE : STAGE_USING;
        b->stage[i] = uniform(luck->stage_changes, row + i) < chance ? becomes : stage;
    }
}

static void leave(Block *restrict b, int n, int64_t row, const Luck *restrict luck, const Programme *programme,
                  const Parameters *restrict p)
{
    double mean = programme->strain_mean;
    double sd = programme->strain_sd > 1e-6 ? programme->strain_sd : INFINITY; /* where all are alike, everybody is as the mean */
    for (int i = 0; i < n; i++)
        b->leaves[i] = uniform(luck->teacher_leaves, row + i) < teacher_leaves_chance(b->strain[i], mean, sd, p);
}

static void let_newcomers_in(const World *w, Block *restrict b, int n, int64_t row, const Luck *luck)
{
    const Parameters *p = w->p;
    for (int i = 0; i < n; i++) {
        if (b->leaves[i] == 0.0)
            continue;
        if (b->stage[i] >= STAGE_TRAINED)
            b->replaced[i] = 1;
        b->stage[i] = STAGE_UNAWARE;
        b->strain[i] = p->newcomer_strain;
        b->commitment[i] = p->newcomer_commitment;
        b->skill[i] = p->induction * (b->last_skill[i] / (b->colleagues[i] + 1.0));
        b->drift[i] = b->adaptation[i] = 0.0;
        Teacher *teacher = &w->teachers[row + i];
        double drawn = uniform(luck->newcomer_threshold, row + i);
        teacher->threshold = w->thresholds[(int64_t)(drawn * w->n_thresholds)];
        drawn = uniform(luck->newcomer_hours, row + i);
        teacher->weekly_hours = most(0.0, spread_around(p->weekly_hours, p->weekly_hours_spread, drawn));
    }
}

static inline int64_t barrier(int64_t stage, int64_t enrolment, int64_t replaced, double overload, double fidelity,
                              const Parameters *p)
{
    bool trained = stage >= STAGE_TRAINED;
    int64_t of_users = fidelity < p->delivering_fidelity ? BARRIER_LOW_FIDELITY : BARRIER_DELIVERING;
    int64_t of_trained = overload > p->overload_barrier ? BARRIER_OVERLOADED : stage == STAGE_LAPSED ? BARRIER_LAPSED : BARRIER_NOT_CONVINCED;
    int64_t of_others = stage == STAGE_UNAWARE ? BARRIER_UNAWARE : BARRIER_UNTRAINED;
    of_others = enrolment == ENROLMENT_NEVER ? BARRIER_NOT_REACHED : of_others;
    of_others = replaced ? BARRIER_LEFT : of_others;
    return stage == STAGE_USING ? of_users : trained ? of_trained : of_others;
}

static void show_and_sort(Block *restrict b, int n, const Parameters *restrict p)
{
    for (int i = 0; i < n; i++) {
        bool using = b->stage[i] == STAGE_USING;
        double fidelity = using ? b->fidelity[i] : 0.0;
        b->dosage[i] = using ? b->dosage[i] : 0.0;
        b->fidelity[i] = fidelity;
        b->shown[i] = using ? (int64_t)(255.0 * (0.3 + 0.7 * fidelity) + 0.5) : 0;
        b->barrier[i] = barrier(b->stage[i], b->enrolment[i], b->replaced[i], b->excess_with[i], fidelity, p);
    }
}

/* ---- from columns back to rows, and into the sums of schools ---- */

static inline void put_row(const Block *restrict b, int k, Teacher *restrict teacher)
{
    teacher->stage = b->stage[k];
    teacher->replaced = b->replaced[k];
    teacher->strain = b->strain[k];
    teacher->commitment = b->commitment[k];
    teacher->skill = b->skill[k];
    teacher->drift = b->drift[k];
    teacher->adaptation = b->adaptation[k];
    teacher->fidelity = b->fidelity[k];
    teacher->dosage = b->dosage[k];
}

static inline void add_up(Sums *restrict sums, const Block *restrict b, int k)
{
    int64_t using = b->stage[k] == STAGE_USING;
    sums->users += using;
    sums->shown += b->shown[k];
    sums->skill += b->skill[k];
    sums->fidelity += b->fidelity[k];
    sums->dosage += b->dosage[k];
    sums->hours += b->hours[k];
    sums->strain += b->strain[k];
    sums->squares += b->strain[k] * b->strain[k];
    sums->drift += b->drift[k] * using;
    sums->adaptation += b->adaptation[k] * using;
}

static void close_sums(School *restrict school, const Sums *sums, const Parameters *p)
{
    school->on_course = 0;
    school->users = sums->users;
    school->visible_sum = sums->shown;
    school->skill_sum = sums->skill;
    school->fidelity_sum = sums->fidelity;
    school->dosage_sum = sums->dosage;
    school->strain_sum = sums->strain;
    school->strain_squares = sums->squares;
    school->hours_sum = sums->hours;
    school->drift_sum = sums->drift;
    school->adaptation_sum = sums->adaptation;
    double fit = sums->users > 0 ? sums->adaptation / sums->users : 0.0;
    school->learning = school_learning(sums->fidelity / school->staff, school->mismatch, fit, p);
}

static int64_t settle(const World *w, const Block *restrict b, Sums *restrict so_far, int64_t first_row, int n, int64_t s)
{
    Teacher *restrict teachers = w->teachers + first_row;
    uint8_t *restrict shown = w->shown + first_row;
    for (int i = 0; i < n;) {
        School *restrict school = &w->schools[s];
        Sums sums = *so_far;
        if (first_row + i == school->first_teacher) {
            sums = (Sums){0};
            for (int k = 0; k < N_BARRIERS; k++)
                school->barriers[k] = 0;
        }
        for (int end = i + staff_from(school, first_row + i, n - i); i < end; i++) {
            put_row(b, i, &teachers[i]);
            shown[i] = b->shown[i];
            school->barriers[b->barrier[i]]++;
            add_up(&sums, b, i);
        }
        *so_far = sums;
        if (first_row + i == school->first_teacher + school->staff) {
            close_sums(school, &sums, w->p);
            s++;
        }
    }
    return s;
}

/* ---- the month ---- */

static Luck luck_of_month(const Programme *programme, const Parameters *p, uint64_t seed, uint64_t month)
{
    return (Luck){
        .teacher_leaves = key(seed, DECISION_TEACHER_LEAVES, month),
        .grade_changes = key(seed, DECISION_GRADE_CHANGES, month),
        .adapts = key(seed, DECISION_ADAPTS, month),
        .is_peripheral = key(seed, DECISION_CHANGE_IS_PERIPHERAL, month),
        .stage_changes = key(seed, DECISION_STAGE_CHANGES, month),
        .place_on_course = key(seed, DECISION_PLACE_ON_COURSE, month),
        .newcomer_threshold = key(seed, DECISION_NEWCOMER_THRESHOLD, month),
        .newcomer_hours = key(seed, DECISION_NEWCOMER_HOURS, month),
        .principal_leaves = key(seed, DECISION_PRINCIPAL_LEAVES, month),
        .principal_arrives = key(seed, DECISION_PRINCIPAL_ARRIVES, month),
        .benefit_noise = key(seed, DECISION_BENEFIT_NOISE, month),
        .course_chance = monthly_chance(p->refresher_rate) * programme->input_ratio,
        .principal_chance = monthly_chance(p->principal_turnover),
    };
}

/* Let schools [first_school, last_school) and their staff live a month. */
void live_schools(const World *w, uint64_t seed, int64_t month, int64_t first_school, int64_t last_school)
{
    if (first_school >= last_school)
        return;
    Block block = {0}, *b = &block;
    Sums sums = {0};
    Luck luck = luck_of_month(w->programme, w->p, seed, month);
    int64_t school = first_school, settled = first_school;
    int64_t row = w->schools[first_school].first_teacher, tie = w->schools[first_school].first_tie;
    int64_t end = w->schools[last_school - 1].first_teacher + w->schools[last_school - 1].staff;
    for (int n; row < end; row += n) {
        n = end - row < WIDTH ? (int)(end - row) : WIDTH;
        int lanes = in_lanes(n); /* full lanes; what is computed beside the n is nobody's */
        school = meet_schools(w, &luck, b, row, n, school);
        tie = gather(b, w, row, n, tie);
        week(b, lanes, w->p);
        strain_and_will(b, lanes, w->p);
        practise(b, lanes, row, &luck, w->p);
        adapt(b, lanes, row, &luck, w->p);
        weigh(b, lanes, w->p);
        begin_stop_or_hear(b, lanes, row, &luck);
        leave(b, lanes, row, &luck, w->programme, w->p);
        let_newcomers_in(w, b, n, row, &luck);
        show_and_sort(b, lanes, w->p);
        settled = settle(w, b, &sums, row, n, settled);
    }
}
